/** The characters of the bytes 0x80 to 0x9F in windows-1252 (WHATWG Encoding, index-windows-1252). */
const upperControls = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'

/** Node 22 before 22.23 decodes these bytes as control characters, which is what ISO 8859-1 once meant by them. */
const decodesControls = new TextDecoder('windows-1252').decode(Uint8Array.of(0x80)) !== '€'

/** Gives text the characters that its sender wrote, on a Node whose decoder does not; elsewhere the text itself. */
export function repairWindows1252(text: string): string {
  return decodesControls ? restoreControls(text) : text
}

/** Reads the control characters that nobody writes as what windows-1252 has in their place. */
export function restoreControls(text: string): string {
  return text.replace(/[\u0080-\u009f]/g, (control) => upperControls[control.charCodeAt(0) - 0x80]!)
}
