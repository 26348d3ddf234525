import { readAnsiC } from './ansi-c.ts'
import { refusal } from './refusal.ts'
import { wordNotes as notes } from './word-notes.ts'
import type { Words } from './words.ts'

/** Characters of a variable with its braces: no secret has a longer name. */
const LONGEST_NAME = 140

/** Quotes that word processors and chats make of straight ones. */
const CURLY: Readonly<Record<string, string>> = { '“': '”', '„': '“', '‘': '’', '‚': '‘' }

/**
 * Splits a command as POSIX says (Shell Command Language, 2.2), with bash's `$'…'`, comments, here-documents and
 * here-strings, and with curly quotes for straight ones.
 */
export function posixWords(text: string): Words {
  const reader = new PosixReader(text)
  const words: string[] = []
  for (let word = reader.next(); word !== undefined; word = reader.next()) words.push(word)
  return {
    words,
    notes: [...reader.notes],
    ...(reader.variables.size > 0 && { variables: [...reader.variables] }),
    ...(reader.input !== undefined && { input: reader.input }),
  }
}

class PosixReader {
  readonly notes = new Set<string>()
  readonly variables = new Set<string>()
  input: string | undefined
  #text: string
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
    if (this.#hereDocument()) return this.next()
    this.notes.add(notes.operator(operator))
    this.#at = this.#text.length
    return undefined
  }

  /** Reads `<<WORD` with the lines up to the word, and `<<< 'text'`. */
  #hereDocument(): boolean {
    const head = /<<<[ \t]*|<<(-?)[ \t]*(?:'([^'\n]{1,99})'|"([^"\n]{1,99})"|\\?([A-Za-z0-9_!.-]{1,99}))/y
    head.lastIndex = this.#at
    const found = head.exec(this.#text)
    if (found === null) return false
    const [all, dash, single, double, bare] = found
    if (all.startsWith('<<<')) {
      this.#at = head.lastIndex
      this.input = `${this.next() ?? ''}\n`
      return true
    }
    const word = single ?? double ?? bare ?? ''
    const lineEnd = this.#text.indexOf('\n', head.lastIndex)
    const lines = lineEnd === -1 ? [] : this.#text.slice(lineEnd + 1).split('\n')
    const strip = (line: string) => (dash === '' ? line : line.replace(/^\t+/, '')).replace(/\r$/, '')
    const end = lines.findIndex((it) => strip(it) === word)
    if (end === -1)
      throw refusal(`the here-document at character ${this.#at + 1} has no end. Paste the whole command.`)
    const body = lines.slice(0, end).map(strip)
    if (bare !== undefined && body.some((it) => /\$[A-Za-z_{(]|`/.test(it))) this.notes.add(notes.variable)
    this.input = body.map((it) => `${it}\n`).join('')
    // What follows on the line of the word is read, and then what follows the document.
    const rest = lines.slice(end + 1).join('\n')
    this.#text = `${this.#text.slice(0, lineEnd).padEnd(head.lastIndex)}\n${rest}`
    this.#at = head.lastIndex
    return true
  }

  #char(): string {
    return this.#text.charAt(this.#at)
  }

  /**
   * Skips blanks, continued lines, and the end of a line before an option, where people often lose the backslash.
   */
  #skipBlanks(): void {
    const blank = /(?:[^\S\r\n]|\\[ \t]*\r?\n|\s+(?=[-–—]\S))+/y
    for (let isComment = true; isComment; ) {
      blank.lastIndex = this.#at
      if (blank.test(this.#text)) this.#at = blank.lastIndex
      isComment = this.#char() === '#' && /^$|\s/.test(this.#text.charAt(this.#at - 1))
      // A comment hides the \ at its end too. People write it there all the same.
      if (isComment) this.#take(/#[^\n]*?(?:\\[ \t]*\r?\n|(?=\r?\n)|$)/y)
    }
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
    if (char in CURLY) return this.#curly(CURLY[char] ?? '')
    return this.#take(/[^\s|&;<>\\'"$`“„‘‚]+/y)
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

  #curly(closing: string): string {
    const start = this.#at + 1
    const end = this.#text.indexOf(closing, start)
    if (end === -1) throw this.#unclosed(this.#char())
    this.notes.add(notes.curly)
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
    if (/[A-Za-z_{]/.test(following)) {
      this.notes.add(notes.variable)
      const [, name] = /^\$\{?([A-Za-z_]\w*)/.exec(this.#text.slice(this.#at, this.#at + LONGEST_NAME)) ?? []
      if (name !== undefined) this.variables.add(name)
    }
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
