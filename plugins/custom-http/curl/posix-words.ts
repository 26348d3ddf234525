import { readAnsiC } from './ansi-c.ts'
import { refusal } from './refusal.ts'
import type { Words } from './words.ts'

const notes = {
  variable:
    'The value of a shell variable such as $NAME is not in the command. It stands there as it is written: put a secret or a value in its place.',
  operator: (operator: string) =>
    `What follows ${operator} was left out: only the cURL command itself is read. If the character belongs to a value, put that in quotes.`,
  line: 'Only the first command was read. To continue it on another line, end the line with a \\.',
}

/**
 * Splits a command as POSIX says (Shell Command Language, 2.2), with bash's `$'…'`. Comments are not supported.
 */
export function posixWords(text: string): Words {
  const reader = new PosixReader(text)
  const words: string[] = []
  for (let word = reader.next(); word !== undefined; word = reader.next()) words.push(word)
  return { words, notes: [...reader.notes] }
}

class PosixReader {
  readonly notes = new Set<string>()
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  /** The next word, or `undefined` at the end of the command. */
  next(): string | undefined {
    this.#skipBlanks()
    if (this.#at >= this.#text.length) return undefined
    const start = this.#at
    let word = ''
    while (this.#at < this.#text.length && !/[\s|&;<>]/.test(this.#char())) word += this.#piece()
    const operator = this.#char()
    if (this.#at > start && !/[<>]/.test(operator)) return word
    // The 2 of `2>&1` is not a separate word.
    if (this.#at > start && !/^\d+$/.test(this.#text.slice(start, this.#at))) return word
    this.notes.add(notes.operator(operator))
    this.#at = this.#text.length
    return undefined
  }

  #char(): string {
    return this.#text.charAt(this.#at)
  }

  /**
   * Skips blanks, continued lines, and the end of a line before an option, where people often lose the backslash.
   */
  #skipBlanks(): void {
    const blank = /(?:[^\S\r\n]|\\[ \t]*\r?\n|\s+(?=-\S))+/y
    blank.lastIndex = this.#at
    if (blank.test(this.#text)) this.#at = blank.lastIndex
    if (!/\s/.test(this.#char())) return
    if (this.#text.slice(this.#at).trim() !== '') this.notes.add(notes.line)
    this.#at = this.#text.length
  }

  /** The text of one character or one quoted piece. */
  #piece(): string {
    const char = this.#char()
    if (char === '\\') return this.#escaped()
    if (char === "'") return this.#single()
    if (char === '"') return this.#double()
    if (char === '$' || char === '`') return this.#dollar(false)
    return this.#take(/[^\s|&;<>\\'"$`]+/y)
  }

  #escaped(): string {
    const continued = /\\[ \t]*\r?\n/y
    continued.lastIndex = this.#at
    if (continued.test(this.#text)) {
      this.#at = continued.lastIndex
      return ''
    }
    this.#at += 2
    return this.#text.charAt(this.#at - 1) || '\\'
  }

  #single(): string {
    const start = this.#at + 1
    const end = this.#text.indexOf("'", start)
    if (end === -1) throw this.#unclosed("'")
    this.#at = end + 1
    return this.#text.slice(start, end)
  }

  #double(): string {
    const open = this.#at
    const pieces: string[] = []
    this.#at++
    while (this.#char() !== '"') {
      if (this.#at >= this.#text.length) {
        this.#at = open
        throw this.#unclosed('"')
      }
      if (this.#char() === '\\')
        pieces.push(this.#take(/\\(?:\r?\n|[\s\S])?/y).replace(/^\\(?:\r?\n|(?=[$`"\\]))/, ''))
      else if (/[$`]/.test(this.#char())) pieces.push(this.#dollar(true))
      else pieces.push(this.#take(/[^"\\$`]+/y))
    }
    this.#at++
    return pieces.join('')
  }

  #dollar(isQuoted: boolean): string {
    if (this.#char() === '`' || this.#text.startsWith('$(', this.#at)) {
      const advice = 'Put what it prints in its place.'
      throw refusal(`another command stands in it (character ${this.#at + 1}). ${advice}`)
    }
    const following = this.#text.charAt(this.#at + 1)
    if (!isQuoted && following === "'") return this.#ansiC()
    if (!isQuoted && following === '"') {
      this.#at++
      return this.#double()
    }
    if (/[A-Za-z_{]/.test(following)) this.notes.add(notes.variable)
    this.#at++
    return '$'
  }

  #ansiC(): string {
    const body = /\$'([^'\\]*(?:\\[\s\S][^'\\]*)*)'/y
    body.lastIndex = this.#at
    const found = body.exec(this.#text)
    if (found === null) throw this.#unclosed("$'")
    const piece = readAnsiC(found[1] ?? '', this.#at + 1)
    this.#at = body.lastIndex
    return piece
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
