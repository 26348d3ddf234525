import { APIError } from 'better-auth/api'
import { AppError } from '../../errors.ts'

/** The library's codes for what its tables could not do. It hides the error behind them. */
const TABLES_FAILED = /^FAILED_TO_(?:CREATE|UPDATE|GET)_(?:USER|SESSION)$/

const tablesFailed = () =>
  new AppError('DATABASE_UNAVAILABLE', 'The database cannot do this at the moment. Try again soon.')

/** @throws AppError DATABASE_UNAVAILABLE when the answer stands for a failure of the database. */
export async function knownOutage(response: Response): Promise<Response> {
  if (response.status < 400) return response
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined)
  if (TABLES_FAILED.test(codeIn(body))) throw tablesFailed()
  return response
}

/** Throws the error, or what it stands for. */
export function throwOutage(error: unknown): never {
  throw error instanceof APIError && TABLES_FAILED.test(codeIn(error.body)) ? tablesFailed() : error
}

/** The code of a refusal of the library. */
export const codeIn = (body: unknown): string =>
  typeof body === 'object' && body !== null && 'code' in body ? String(body.code) : ''
