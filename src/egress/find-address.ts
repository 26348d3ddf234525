import { AppError } from '../errors.ts'
import { authorityOf, bareHost, readHostAndPort } from '../host-name.ts'
import { findDestination } from './destination.ts'
import { describeFailure } from './failure.ts'
import type { HttpInit, StepSecrets } from './http.ts'
import { counted, countRefusal } from './refusals.ts'
import { assertMayConnect } from './secret-rules.ts'
import type { RequestSettings } from './send-request.ts'

/** The address that a step may connect to by itself: checked, and to be used as it is. */
export type StepLookup = (host: string, port: number, options?: Pick<HttpInit, 'uses'>) => Promise<string>

/**
 * What is done before a request is sent, for a step that speaks another protocol.
 *
 * @throws AppError DESTINATION_NOT_ALLOWED, REQUEST_FAILED, INVALID_FIELD
 */
export async function findAddress(
  host: string,
  port: number,
  secrets: StepSecrets,
  settings: RequestSettings,
  uses?: HttpInit['uses'],
): Promise<string> {
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
  if (!readHostAndPort(`${name}:${port}`)) {
    throw new AppError(
      'INVALID_FIELD',
      'The host or the port is not valid. Write a host such as api.example.com.',
    )
  }
  const url = new URL(`http://${name}:${port}/`)
  counted('secret', settings.refused, () => assertMayConnect(bareHost(url), port, secrets, uses))
  const signal = AbortSignal.any([secrets.signal, settings.closing.signal])
  try {
    const { addresses } = await findDestination(url, settings, signal)
    return addresses[0].address
  } catch (error) {
    countRefusal(error, 'address', settings.refused)
    throw error instanceof AppError
      ? error
      : describeFailure(error, { name: authorityOf(bareHost(url), port), hint: '' }).error
  }
}
