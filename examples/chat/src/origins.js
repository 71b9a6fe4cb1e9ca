// Which web pages may talk to this service. Browsers do not keep other people's pages from opening a WebSocket with the
// visitor's cookies, so the service looks at the page's origin itself.
export function originCheck(allowed) {
  return function isAllowed({ headers: { origin, host } }) {
    if (origin === undefined) return true; // no browser, or one that reads from the page's own host
    if (allowed.length > 0) return allowed.includes(origin);
    return URL.canParse(origin) && new URL(origin).host === host;
  };
}
