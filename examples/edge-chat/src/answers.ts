// Answers of the API. The headers of the pages in public/ are in public/_headers.
const HEADERS = {
  "Cache-Control": "no-store",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
  "X-Content-Type-Options": "nosniff",
};

export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return Response.json(value, { status, headers: { ...HEADERS, ...headers } });
}

/** A file that a browser saves and never shows: it is what somebody has sent. */
export function download(body: ReadableStream, name: string, type: string): Response {
  const disposition = `attachment; filename*=UTF-8''${encodeURIComponent(name)}`;
  return new Response(body, { headers: { ...HEADERS, "Content-Type": type, "Content-Disposition": disposition } });
}

export function nothing(headers: Record<string, string> = {}): Response {
  return new Response(null, { status: 204, headers: { ...HEADERS, ...headers } });
}
