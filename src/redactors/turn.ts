/** Between two turns of a conversation that are read as one text: a line break and a private-use character that nobody types. */
export const TURN = '\n\uE000'
