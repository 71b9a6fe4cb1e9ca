// What the sign-in of a company does, for a terminal: prints a token that JWT_SECRET signs. It is good for 12 hours.
//
//   JWT_SECRET=… node token.js ID NAME
import { createHmac } from "node:crypto";

const HOURS = 12;

export function sign(claims, secret, header = { alg: "HS256", typ: "JWT" }) {
  const encode = (part) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

if (import.meta.main) {
  const [id, name] = process.argv.slice(2);
  const secret = process.env.JWT_SECRET;
  if (!id || !name || !secret) {
    console.error("usage: JWT_SECRET=… node token.js ID NAME");
    process.exit(2);
  }
  console.log(sign({ sub: id, name, exp: Math.floor(Date.now() / 1000) + HOURS * 3600 }, secret));
}
