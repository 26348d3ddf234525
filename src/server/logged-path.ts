// Longer, and longer than any word in a path of ours, is a part (characters) that may be a token.
const LONGEST_PART = 20
const MOST_CHARACTERS = 200

/**
 * The path of a request as the access log shows it: without the query, and without what may be a secret. The address of
 * a hook is one, for whoever has it can start runs; so are links that sign-in sends.
 *
 * @param url as the request line has it.
 */
export function loggedPath(url: string): string {
  const [path = ''] = url.split(/[?#]/, 1)
  const parts = path.split('/').map((part, index, all) => {
    const isToken = all[1] === 'hooks' && index > 1 && part !== ''
    return isToken || part.length > LONGEST_PART || !/^[\w.@-]*$/.test(part) ? '…' : part
  })
  return parts.join('/').slice(0, MOST_CHARACTERS)
}
