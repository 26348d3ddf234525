import { refusal } from './refusal.ts'
import type { Words } from './words.ts'

const NOTE =
  'What follows the first command was left out: only the cURL command itself is read. If the character belongs to a value, put that in quotes.'

/**
 * Whether the command was written for the cmd of Windows: outside quotes, it has a caret before a quote or at the
 * end of a line.
 */
export function isForCmd(text: string): boolean {
  const outsideQuotes = /(?:[^'"\\^]+|\\[\s\S]|'[^']*'|"[^"\\]*(?:\\[\s\S][^"\\]*)*"|\^(?!"|[ \t]*\r?\n))*/y
  outsideQuotes.test(text)
  return text.charAt(outsideQuotes.lastIndex) === '^'
}

/**
 * Splits a command as cmd does, which removes the carets, and then as a C program does (Microsoft's "Parsing C
 * command-line arguments"). Browsers put a caret before each quote. They double every backslash, not only those
 * before a quote, so each pair is one backslash.
 */
export function cmdWords(text: string): Words {
  const { line, isCut } = withoutCarets(text)
  return { words: splitArguments(line, /^[^"]*\^"/.test(text)), notes: isCut ? [NOTE] : [] }
}

function withoutCarets(text: string): { line: string; isCut: boolean } {
  const pieces: string[] = []
  // A caret at the end of a line removes the line break, and makes the next character a plain one.
  const escaped = /\^(?:[ \t]*\r?\n(\r?\n|[\s\S])?|([\s\S]))/y
  let isQuoted = false
  let at = 0
  while (at < text.length) {
    const char = text.charAt(at)
    escaped.lastIndex = at
    const found = isQuoted ? null : escaped.exec(text)
    if (found !== null) {
      pieces.push(found[1] ?? found[2] ?? '')
      at = escaped.lastIndex
      continue
    }
    if (!isQuoted && /[\r\n|&<>]/.test(char)) {
      return { line: pieces.join(''), isCut: text.slice(at).trim() !== '' }
    }
    if (char === '"') isQuoted = !isQuoted
    pieces.push(char)
    at++
  }
  return { line: pieces.join(''), isCut: false }
}

function splitArguments(line: string, pairsAreOne: boolean): string[] {
  const words: string[] = []
  let word: string | undefined
  let isQuoted = false
  for (const [all, backslashes, quote] of line.matchAll(/(\\+)("?)|""|[\s\S]/g)) {
    if (backslashes !== undefined) {
      const half = '\\'.repeat(Math.floor(backslashes.length / 2))
      const isOdd = backslashes.length % 2 === 1
      if (quote === '') word = (word ?? '') + (pairsAreOne ? half + (isOdd ? '\\' : '') : backslashes)
      else {
        word = (word ?? '') + half + (isOdd ? '"' : '')
        if (!isOdd) isQuoted = !isQuoted
      }
    } else if (all === '""') word = (word ?? '') + (isQuoted ? '"' : '')
    else if (all === '"') {
      isQuoted = !isQuoted
      word ??= ''
    } else if (!isQuoted && /[ \t]/.test(all)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else word = (word ?? '') + all
  }
  if (isQuoted) throw refusal('a " is never closed. Paste the whole command.')
  return word === undefined ? words : [...words, word]
}
