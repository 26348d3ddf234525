// A longer part of a path (characters) may be a token: no word in a path of ours is longer.
const LONGEST_PART = 20
const MOST_CHARACTERS = 200

/**
 * The path of a request as the access log shows it: without the query, and with `…` for what may be a secret. The
 * address of a hook is one, for who has it can start runs. So are links that sign-in sends.
 *
 * @param url as the request line has it.
 */
export function loggedPath(url: string): string {
  const [path = ''] = url.split(/[?#]/, 1)
  // The request line of a proxy request, or of one that asks for no path.
  if (!path.startsWith('/')) return '…'
  const [, first, ...rest] = path.split('/')
  // Only paths of our own begin with a word that nobody chose.
  const isOpen = first === 'w' || first === 'api' || rest.length === 0
  const shown = rest.map((part) => (part === '' || (isOpen && isWord(part)) ? part : '…'))
  return ['', isWord(first ?? '') ? first : '…', ...shown].join('/').slice(0, MOST_CHARACTERS)
}

const isWord = (part: string): boolean => part.length <= LONGEST_PART && /^[\w.@-]*$/.test(part)
