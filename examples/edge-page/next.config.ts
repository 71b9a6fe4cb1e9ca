import type { NextConfig } from "next";

const HEADERS = {
  "Cache-Control": "no-store",
  "Content-Security-Policy": "frame-ancestors 'none'; base-uri 'none'; object-src 'none'",
  "Referrer-Policy": "no-referrer",
  "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
  "X-Content-Type-Options": "nosniff",
};

const config: NextConfig = {
  poweredByHeader: false,
  images: { unoptimized: true }, // resizing is a service of its own, which this page does not use
  headers: async () => [
    { source: "/", headers: Object.entries(HEADERS).map(([key, value]) => ({ key, value })) },
  ],
};

export default config;
