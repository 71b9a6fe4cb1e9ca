// What the environment says. A wrong value ends the start with a sentence about it; secrets are never shown.
const SECRET_LENGTH = 32;

export class WrongSetting extends Error {}

export function settings(environment = process.env) {
  const production = environment.NODE_ENV === "production";
  const noticeSeconds = whole(environment, "NOTICE_SECONDS", 5, 0, 300);
  const drainSeconds = whole(environment, "DRAIN_SECONDS", 25, 1, 3600);
  if (noticeSeconds >= drainSeconds) {
    throw new WrongSetting(
      `NOTICE_SECONDS is ${noticeSeconds} and DRAIN_SECONDS ${drainSeconds}; make the notice shorter than the whole`,
    );
  }
  return {
    production,
    port: whole(environment, "PORT", 3000, 0, 65535),
    host: environment.HOST || "0.0.0.0",
    redisUrl: redisUrl(environment, production),
    sessionSecret: sessionSecret(environment, production),
    allowedOrigins: origins(environment),
    trustedProxies: whole(environment, "TRUST_PROXY", 0, 0, 10),
    noticeSeconds,
    drainSeconds,
  };
}

function whole(environment, name, otherwise, least, most) {
  const given = environment[name] || String(otherwise);
  const number = Number(given);
  if (!/^\d+$/.test(given) || number < least || number > most) {
    throw new WrongSetting(`${name} is ${given}; give a whole number from ${least} to ${most}`);
  }
  return number;
}

function redisUrl(environment, production) {
  const given = environment.REDIS_URL || (production ? undefined : "redis://127.0.0.1:6379");
  if (!given)
    throw new WrongSetting(
      "REDIS_URL is not set; give the Redis that all instances share, as in rediss://:PASSWORD@HOST:6379",
    );
  const protocol = URL.canParse(given) ? new URL(given).protocol : undefined;
  if (protocol !== "redis:" && protocol !== "rediss:") {
    throw new WrongSetting(
      "REDIS_URL is no address of a Redis; write redis://… or, with TLS, rediss://…, and percent-encode the password",
    );
  }
  return given;
}

function sessionSecret(environment, production) {
  const given = environment.SESSION_SECRET;
  if (!production) return given || "only for development";
  if (!given)
    throw new WrongSetting(
      "SESSION_SECRET is not set; in production all instances need the same one: openssl rand -hex 32",
    );
  if (given.length < SECRET_LENGTH)
    throw new WrongSetting(`SESSION_SECRET has ${given.length} characters; give at least ${SECRET_LENGTH}`);
  return given;
}

function origins(environment) {
  const given = (environment.ALLOWED_ORIGINS || "")
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean);
  for (const one of given) {
    if (!URL.canParse(one) || new URL(one).origin !== one) {
      throw new WrongSetting(
        `ALLOWED_ORIGINS has ${one}; give whole origins and no *, as in https://a.example.com,https://b.example.com`,
      );
    }
  }
  return given;
}
