// The connections to PostgreSQL and Redis. Each can be absent, and each can go away while the service runs: then its
// calls fail within a second, and they work again when it is back. Nothing here ends the process.
import { Redis } from "ioredis";
import pg from "pg";

const ANSWER_MS = 1000; // for a connection, and for an answer

export function openStores({ databaseUrl, redisUrl }, log) {
  const database = databaseUrl && openDatabase(databaseUrl, log);
  const redis = redisUrl && openRedis(redisUrl, log);
  return {
    redis,
    database,
    checks: {
      ...(database && { database: () => database.query("select 1") }),
      ...(redis && { redis: () => redis.ping() }),
    },
    async close() {
      redis?.disconnect();
      await database?.end();
    },
  };
}

function openDatabase(connectionString, log) {
  const database = new pg.Pool({
    connectionString,
    max: 10,
    connectionTimeoutMillis: ANSWER_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
  });
  // An idle connection that breaks is an event of the pool; without a listener it would end the process.
  database.on("error", (error) => log("database", { code: error.code }));
  return database;
}

function openRedis(url, log) {
  const redis = new Redis(url, {
    connectTimeout: ANSWER_MS,
    commandTimeout: ANSWER_MS,
    enableOfflineQueue: false, // fail now; a queue would answer visitors when Redis is back
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(attempt * 100, 2000),
  });
  let told;
  redis.on("error", (error) => {
    if (told !== error.code) log("redis", { code: error.code }); // once, not at every attempt
    told = error.code;
  });
  redis.on("ready", () => {
    told = undefined;
  });
  return redis;
}

// Settles within the time limit, whatever the promise does.
export function within(promise, milliseconds = ANSWER_MS) {
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("no answer in time")), milliseconds);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}
