/** An answer that refuses a call, in the shape of all answers of sign-in that do. */
export function refusal(
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): Response {
  return Response.json({ code, message, error: message }, { status, headers })
}

/** @param seconds after how many another attempt may be made. */
export function tooMany(seconds: number): Response {
  const wait = seconds < 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`
  const message = `Too many attempts. Wait ${wait}, then try again.`
  return refusal(429, 'TOO_MANY_ATTEMPTS', message, { 'retry-after': String(seconds) })
}
