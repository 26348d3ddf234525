import { cmdWords } from './cmd-words.ts'
import { refusal } from './refusal.ts'
import { wordNotes as notes } from './word-notes.ts'
import type { Words } from './words.ts'

// PowerShell takes curly quotes for straight ones (about_Quoting_Rules).
const SINGLE = /['‘’‚‛]/
const DOUBLE = /["“”„]/
const HERE_STRING = /@(['"‘’‚‛“”„])[ \t]*\r?\n/y

/** The characters that a backtick makes of letters (about_Special_Characters). */
const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\u0007',
  b: '\b',
  e: '\u001b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

/**
 * Whether the command was written for PowerShell: it begins with its prompt or its `&`, has `--%`, a here-string, or a backtick outside of
 * quotes; or it calls `curl.exe`, as one does there, with quotes that cmd does not have.
 */
export function isForPowerShell(text: string): boolean {
  if (/^(?:PS [^>\n]{0,99}> |& )|^\S+\s+--%\s/.test(text)) return true
  const outsideQuotes =
    /(?:[^'"\\`@]+|\\[\s\S]|'[^']*'|"[^"\\`]*(?:(?:\\|`)[\s\S][^"\\`]*)*"|`(?![ \t]*\r?\n)|@(?!["'][ \t]*\r?\n))*/y
  outsideQuotes.test(text)
  if (/[`@]/.test(text.charAt(outsideQuotes.lastIndex))) return true
  return isCurlExe(text) && /['`‘]/.test(text) && !/\\[ \t]*\r?\n/.test(text)
}

/** Whether it calls `curl.exe` with double quotes alone, which cmd and PowerShell give to a program in the same way. */
export const isPlainExe = (text: string): boolean =>
  isCurlExe(text) && !/['`‘$]/.test(text) && !/\\[ \t]*\r?\n/.test(text)

const isCurlExe = (text: string): boolean => /^(?:\S*[/\\])?curl\.exe\s/i.test(text)

/**
 * Splits a command as PowerShell does: `''` and `""` are one quote, a backtick escapes and continues lines, `@'…'@` is a text over
 * several lines, `--%` leaves the rest to the program. A `\"` is a quote for the program, as Windows PowerShell needs it.
 *
 * @throws AppError INVALID_FIELD
 */
export function powerShellWords(text: string): Words {
  const reader = new PowerShellReader(text.replace(/^(?:PS [^>\n]{0,99}> *)?(?:& *)?/, ''))
  const words: string[] = []
  for (let word = reader.next(); word !== undefined; word = reader.next()) {
    if (word === '--%') return withRest(words, reader)
    words.push(word.replaceAll('\\"', '"'))
  }
  return { words, notes: [...reader.notes] }
}

function withRest(words: readonly string[], reader: PowerShellReader): Words {
  const rest = cmdWords(reader.line())
  return { words: [...words, ...rest.words], notes: [...reader.notes, ...rest.notes] }
}

class PowerShellReader {
  readonly notes = new Set<string>()
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  /** The next word, or `undefined` at the end of the command. */
  next(): string | undefined {
    // Also the end of a line before an option, where people often lose the backtick.
    this.#take(/(?:[^\S\r\n]|`[ \t]*\r?\n|\s+(?=[-–—]\S)|#[^\n]*)+/y)
    if (this.#at >= this.#text.length) return undefined
    if (/\s/.test(this.#char())) return this.#end(notes.line)
    if (/[|&;<>]/.test(this.#char())) return this.#end(notes.operator(this.#char()))
    let word = ''
    while (this.#at < this.#text.length && !/[\s|&;<>]/.test(this.#char()) && !this.#isContinued())
      word += this.#piece()
    return word
  }

  /** What is left of the line. */
  line(): string {
    return this.#take(/[^\r\n]*/y)
  }

  #end(note: string): undefined {
    if (this.#text.slice(this.#at).trim() !== '') this.notes.add(note)
    this.#at = this.#text.length
    return undefined
  }

  #char(): string {
    return this.#text.charAt(this.#at)
  }

  #isContinued(): boolean {
    return /^`[ \t]*\r?\n/.test(this.#text.slice(this.#at, this.#at + 99))
  }

  #piece(): string {
    HERE_STRING.lastIndex = this.#at
    const here = HERE_STRING.exec(this.#text)
    if (here) return this.#hereString(here[1] ?? '', HERE_STRING.lastIndex)
    if (SINGLE.test(this.#char())) return this.#quoted(SINGLE)
    if (DOUBLE.test(this.#char())) return this.#quoted(DOUBLE)
    return this.#plain()
  }

  /** `@'` and a line break, the text, a line break and `'@`. */
  #hereString(quote: string, start: number): string {
    const isPlain = SINGLE.test(quote)
    const end = new RegExp(`\\r?\\n${(isPlain ? SINGLE : DOUBLE).source}@`, 'g')
    end.lastIndex = start - 1
    const found = end.exec(this.#text)
    if (!found) throw this.#unclosed('@')
    const body = this.#text.slice(start, Math.max(start, found.index))
    this.#at = end.lastIndex
    if (!isPlain && /\$[A-Za-z_{(]/.test(body)) this.notes.add(notes.variable)
    return isPlain ? body : body.replace(/`([\s\S])/g, (_all, it: string) => ESCAPES[it] ?? it)
  }

  /** Within single quotes only the quote itself is written otherwise, by two of them. */
  #quoted(quote: RegExp): string {
    const open = this.#at
    const pieces: string[] = []
    this.#at++
    for (;;) {
      const char = this.#char()
      if (char === '') {
        this.#at = open
        throw this.#unclosed(this.#char())
      }
      if (quote.test(char)) {
        if (!quote.test(this.#text.charAt(this.#at + 1))) break
        this.#at += 2
        pieces.push(quote === SINGLE ? "'" : '"')
      } else if (quote === DOUBLE) pieces.push(this.#plain())
      else {
        pieces.push(char)
        this.#at++
      }
    }
    this.#at++
    return pieces.join('')
  }

  #plain(): string {
    const char = this.#char()
    this.#at++
    if (char === '`') {
      const escaped = this.#char()
      this.#at++
      return ESCAPES[escaped] ?? escaped
    }
    if (char !== '$') return char
    if (this.#char() === '(') {
      throw refusal(`another command stands in it (character ${this.#at}). Put what it prints in its place.`)
    }
    if (/[A-Za-z_{]/.test(this.#char())) this.notes.add(notes.variable)
    return '$'
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0] ?? ''
    this.#at += found.length
    return found
  }

  #unclosed(quote: string) {
    return refusal(`the ${quote} at character ${this.#at + 1} is never closed. Paste the whole command.`)
  }
}
