import type { Room } from "./room";

/** What the Worker is given: each name is a binding, which whoever deploys it has to declare. */
export interface Env {
  /** D1: users, tickets and the list of files (`migrations/`). */
  readonly DB: D1Database;
  /** R2: the files themselves. Nobody reads it but this Worker. */
  readonly UPLOADS: R2Bucket;
  /** Durable Objects of the class Room: one for each ticket. */
  readonly ROOMS: DurableObjectNamespace<Room>;
  /** A secret of at least 32 characters, which signs the tokens of who is signed in. */
  readonly JWT_SECRET: string;
}
