// The page: signs in with a token, then shows one ticket's room.
const PAUSE_MS = 1000;
const find = (id) => document.getElementById(id);
const status = (text) => {
  find("status").textContent = text;
};
let newest = 0;
let socket;

find("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  const given = new FormData(event.target);
  const headers = { Authorization: `Bearer ${given.get("token")}` };
  const answer = await fetch("/api/session", { method: "POST", headers });
  if (!answer.ok) return status((await answer.json()).error);
  event.target.hidden = true;
  find("say").hidden = false;
  connect(given.get("ticket"));
});

find("say").addEventListener("submit", (event) => {
  event.preventDefault();
  const { text } = event.target.elements;
  if (socket.readyState !== WebSocket.OPEN) return;
  socket.send(JSON.stringify({ type: "say", id: crypto.randomUUID(), text: text.value }));
  text.value = "";
});

find("say").addEventListener("input", () => {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: "typing" }));
});

function connect(ticket) {
  socket = new WebSocket(`/api/tickets/${ticket}/socket`);
  socket.addEventListener("open", () => socket.send(JSON.stringify({ type: "join", after: newest })));
  socket.addEventListener("message", ({ data }) => hear(JSON.parse(data)));
  socket.addEventListener("close", () => {
    status("not connected");
    setTimeout(connect, PAUSE_MS, ticket);
  });
}

function hear(frame) {
  if (frame.type === "message") show(frame);
  else if (frame.type === "error") status(frame.error);
  else if (frame.type === "joined") {
    frame.messages.forEach(show);
    if (frame.more) socket.send(JSON.stringify({ type: "join", after: newest }));
    else status(`here: ${frame.people.join(", ")}`);
  } else if (frame.type !== "said") status(`${frame.who} ${frame.type === "typing" ? "is typing" : frame.type}`);
}

function show({ number, from, text }) {
  newest = number;
  const line = document.createElement("li");
  line.value = number;
  line.textContent = `${from}: ${text}`;
  find("messages").append(line);
}
