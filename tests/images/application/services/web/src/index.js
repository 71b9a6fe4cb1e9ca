const { spawn } = require("node:child_process");
const { createServer } = require("node:http");
const greeting = require("greeting");

const answers = {
  "/health": (response) => response.end(greeting(1000)),
  "/slow": (response) => {
    response.flushHeaders();
    setTimeout(() => response.end("at last"), 1000);
  },
  // The shell ends before what it has started: nobody here waits for that.
  "/orphan": (response) => spawn("sh", ["-c", "sleep 0.1 >/dev/null & echo $!"]).stdout.pipe(response),
};
const server = createServer((request, response) => answers[request.url](response));
process.on("SIGTERM", () => server.close(() => console.log("drained")));
server.listen(Number(process.env.PORT), "127.0.0.1");
