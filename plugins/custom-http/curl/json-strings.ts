/** A string that is the value of a member. */
export interface StringMember {
  /** The names of the members that contain it, from the outside in. */
  readonly path: readonly string[]
  readonly value: string
  /** Its position between the quotes. */
  readonly start: number
  readonly end: number
}

const TOKEN = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"|[{}[\],:]|[^\s"{}[\],:]+/g

export function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** @param source valid JSON. */
export function stringMembers(source: string): StringMember[] {
  const members: StringMember[] = []
  // For each open object the name of its current member; for each open list `undefined`.
  const open: (string | undefined)[] = []
  let name: string | undefined
  let isValue = false
  for (const { 0: text, index } of source.matchAll(TOKEN)) {
    if (text === '{' || text === '[') {
      open.push(isValue ? name : undefined)
      isValue = false
    } else if (text === '}' || text === ']') open.pop()
    else if (text === ':') isValue = true
    else if (text.startsWith('"') && !isValue) name = String(JSON.parse(text))
    else if (text.startsWith('"')) {
      const path = [...open, name].filter((it) => it !== undefined)
      members.push({ path, value: String(JSON.parse(text)), start: index + 1, end: index + text.length - 1 })
    }
    if (text !== ':' && text !== '{' && text !== '[') isValue = false
  }
  return members
}
