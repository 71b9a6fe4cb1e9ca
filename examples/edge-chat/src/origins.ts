import { Refusal } from "./refusal";

/**
 * Refuses pages of other sites. Browsers send the visitor's cookies along with what any page asks, a WebSocket
 * included, and say in Origin whose page it is. What is no browser sends no Origin, and has no cookies of anyone else.
 */
export function refuseOtherPages(request: Request): void {
  const origin = request.headers.get("Origin");
  if (origin !== null && origin !== new URL(request.url).origin) throw new Refusal(403, "this page may not ask");
}
