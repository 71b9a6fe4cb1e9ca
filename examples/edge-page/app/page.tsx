import { newestTickets } from "./tickets";

export const dynamic = "force-dynamic"; // or the tickets of the moment of the build would be shown for ever

export default async function Page() {
  const tickets = await newestTickets();
  return (
    <main>
      <h1>Tickets</h1>
      <ol>
        {tickets.map((ticket) => (
          <li key={ticket.id} value={ticket.id}>
            {ticket.title}
          </li>
        ))}
      </ol>
    </main>
  );
}
