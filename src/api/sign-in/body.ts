// In bytes. The largest is the answer of a security key.
const LARGEST_BODY = 64 * 1024

/** The JSON object of a body; undefined when it is something else. An empty body is an empty object. */
export async function readJson(message: Request | Response): Promise<Record<string, unknown> | undefined> {
  const text = await message.text()
  if (text === '') return {}
  if (text.length > LARGEST_BODY) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
