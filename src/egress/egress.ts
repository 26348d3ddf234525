import { X509Certificate } from 'node:crypto'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import { AppError } from '../errors.ts'
import type { AllowEntry } from './allow-entry.ts'
import { readClientCertificate } from './client-certificate.ts'
import { ConnectionPool } from './connection-pool.ts'
import { type Lookup, systemLookup } from './destination.ts'
import { Ending } from './ending.ts'
import { findAddress, type StepLookup } from './find-address.ts'
import type { Http, StepSecrets } from './http.ts'
import { rememberBriefly } from './lookup-cache.ts'
import type { ProxySettings } from './proxy-settings.ts'
import type { EgressRefusal } from './refusals.ts'
import { type RequestSettings, sendRequest } from './send-request.ts'

export interface EgressOptions {
  /** From {@link parseEgressAllow}. */
  allow: readonly AllowEntry[]
  /** From {@link parseProxySettings}. Default: none. */
  proxy?: ProxySettings | undefined
  /** Default: the system's, with all addresses. */
  lookup?: Lookup
  /** Of one answer, after decompression. Default 25 MiB. */
  maxResponseBytes?: number
  /** PEM of authorities to trust besides the public ones. */
  ca?: string
  /** The first pause between two attempts, in milliseconds. Default 500. */
  backOffMs?: number
  /** Told of each request that was refused, by which rule. */
  refused?: ((reason: EgressRefusal) => void) | undefined
  /** Told of each answer that was larger than it may be. */
  tooLarge?: (() => void) | undefined
  /** Told of each client certificate that is used. */
  certificateUsed?: ((certificate: X509Certificate) => void) | undefined
}

/** The one door out of a worker process. */
export interface Egress {
  /** Of one answer, after decompression. */
  readonly maxResponseBytes: number
  /** The client of one step, which knows the secrets that the step has resolved. */
  forStep(secrets: StepSecrets): Http
  /** The look-up of one step, for protocols other than HTTP. */
  lookupForStep(secrets: StepSecrets): StepLookup
  /** Ends every request with CANCELLED and waits until all connections are closed, the kept ones too. */
  close(): Promise<void>
}

export function createEgress(options: EgressOptions): Egress {
  const closing = new AbortController()
  const running = new Set<Promise<unknown>>()
  const settings: RequestSettings = {
    allow: options.allow,
    proxy: options.proxy,
    lookup: options.lookup ?? rememberBriefly(systemLookup),
    maxResponseBytes: options.maxResponseBytes ?? 25 * 1024 * 1024,
    backOffMs: options.backOffMs ?? 500,
    closing: new Ending(closing.signal),
    contextFor: contexts(options),
    pool: new ConnectionPool(),
    refused: options.refused ?? (() => undefined),
    tooLarge: options.tooLarge ?? (() => undefined),
  }
  return {
    maxResponseBytes: settings.maxResponseBytes,
    forStep(secrets) {
      let requests = 0
      let ending: Ending | undefined
      return (url, init) => {
        // A step with one request leaves no listener behind.
        if (++requests > 1) ending ??= new Ending(secrets.signal)
        const work = sendRequest(url, init ?? {}, secrets, settings, ending)
        const ended: Promise<unknown> = work.then(
          () => running.delete(ended),
          () => running.delete(ended),
        )
        running.add(ended)
        return work
      }
    },
    lookupForStep: (secrets) => (host, port, options) =>
      findAddress(host, port, secrets, settings, options?.uses),
    async close() {
      closing.abort(new AppError('CANCELLED', 'The worker is stopping.'))
      await Promise.all(running)
      await settings.pool.close()
    },
  }
}

/** TLS settings with and without a client certificate. The plain one is built once: it parses every authority. */
function contexts({ ca, certificateUsed }: EgressOptions): RequestSettings['contextFor'] {
  const trust = ca === undefined ? {} : { ca: [...getCACertificates('default'), ca] }
  let plain: SecureContext | undefined
  return (certificate) => {
    if (certificate) {
      const { key, cert } = readClientCertificate(certificate)
      certificateUsed?.(new X509Certificate(cert))
      return createSecureContext({ ...trust, key, cert })
    }
    plain ??= createSecureContext(trust)
    return plain
  }
}
