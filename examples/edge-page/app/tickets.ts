import { getCloudflareContext } from "@opennextjs/cloudflare";

export interface Ticket {
  readonly id: number;
  readonly title: string;
}

/** What this page needs of the binding DB: the database of edge-chat. */
interface Database {
  prepare(sql: string): { all(): Promise<{ readonly results: readonly Ticket[] }> };
}

/** The newest tickets, as D1 has them at this moment. */
export async function newestTickets(): Promise<readonly Ticket[]> {
  const { DB } = getCloudflareContext().env as { readonly DB?: Database };
  if (!DB) throw new Error("the Worker has no binding DB");
  return (await DB.prepare("SELECT id, title FROM tickets ORDER BY id DESC LIMIT 50").all()).results;
}
