// What the environment says. A service without a database or a cache leaves the variable away.
export function settings(environment = process.env) {
  const port = Number(environment.PORT ?? 3000);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new Error(`PORT is ${environment.PORT}; give a number from 0 to 65535`);
  }
  return {
    port,
    host: environment.HOST ?? "0.0.0.0",
    databaseUrl: environment.DATABASE_URL || undefined,
    redisUrl: environment.REDIS_URL || undefined,
  };
}
