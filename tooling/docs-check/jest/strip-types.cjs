/** Lets jest load TypeScript in the way of Node: the types are blanked out, and every line stays where it is. */
const { stripTypeScriptTypes } = require('node:module')

module.exports = { process: (text) => ({ code: stripTypeScriptTypes(text) }) }
