// Runs at CloudFront for every path that is no static folder: nothing else of the application is shown under this host.
function handler(event) {
  return {statusCode: 404, statusDescription: "Not Found"};
}
