const LARGEST_FORM = 8 * 1024

/** The parameters of a form, as OAuth sends them; undefined when it is none, or one is there twice. */
export async function readForm(request: Request): Promise<ReadonlyMap<string, string> | undefined> {
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/x-www-form-urlencoded\b/i.test(type)) return undefined
  const text = await request.text()
  const entries = text.length > LARGEST_FORM ? [] : [...new URLSearchParams(text)]
  const form = new Map(entries)
  return form.size > 0 && form.size === entries.length ? form : undefined
}

/** An error of RFC 6749, section 5.2. */
export const oauthError = (error: string, description: string): Response =>
  Response.json({ error, error_description: description }, { status: 400 })

export const notForm = (): Response =>
  oauthError('invalid_request', 'The body is a form, with each parameter once.')
