// Runs at CloudFront before it looks for a page: what names no file is a page of the application, whose router reads
// the address. What names one (a dot after the last slash) is left as it is: when it is not there, the answer is 404.
// So is what others look for below /.well-known/, where a file may have no dot: a page there would mislead them.
function handler(event) {
  var request = event.request;
  if (request.uri.indexOf("/.well-known/") === 0) {
    return request;
  }
  var last = request.uri.substring(request.uri.lastIndexOf("/") + 1);
  if (last.indexOf(".") === -1) {
    request.uri = "/index.html";
  }
  return request;
}
