module.exports = (milliseconds) => `up for ${require("ms")(milliseconds)}`;
