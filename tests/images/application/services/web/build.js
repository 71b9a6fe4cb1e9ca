// Needs packages for development, its own and the root's: without them there is nothing to start.
require("he");
require("escape-html");
require("node:fs").cpSync("src", "dist", { recursive: true });
