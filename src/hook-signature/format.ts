import type { HookSignature, HookSignatureFormat } from '../store/entities/index.ts'

/** How one service signs its requests. */
export interface SignatureFormat {
  /** The header with the signature, in lower case, and as its service writes it. */
  header: string
  shownHeader: string
  algorithm: 'sha1' | 'sha256' | 'sha512'
  encoding: 'hex' | 'base64'
  /** What stands before a signature. A header with several has other parts as well, which do not count. */
  prefix: string
  /** Between the parts of a header that may hold several signatures, as while a key is replaced; null: it holds one. */
  separator: ',' | ' ' | null
  /** What is signed: a text with `{body}`, `{timestamp}` and `{id}` in it. */
  signed: string
  /** Where the time of signing stands (seconds since 1970): in a header of its own, or in a part of the signature's. */
  timestamp: { header: string } | { prefix: string } | null
  /** The header with the id of the message. */
  idHeader: string | null
  /** How far the time of signing may be from the one when the request came. */
  toleranceSeconds: number
  /** Whether the key is the text of the secret, or what the text encodes after `whsec_`. */
  key: 'text' | 'whsec'
}

const TOLERANCE = 5 * 60

const PLAIN = {
  algorithm: 'sha256',
  encoding: 'hex',
  prefix: '',
  separator: null,
  signed: '{body}',
  timestamp: null,
  idHeader: null,
  toleranceSeconds: TOLERANCE,
  key: 'text',
} as const

type NamedStyle = Exclude<HookSignature['style'], 'CUSTOM'>

/** As the documentation of each service says it. */
const formats: Readonly<Record<NamedStyle, SignatureFormat>> = {
  GITHUB: { ...PLAIN, ...named('X-Hub-Signature-256'), prefix: 'sha256=' },
  // Of Bitbucket Cloud and Server: the header that GitHub uses for SHA-1.
  BITBUCKET: { ...PLAIN, ...named('X-Hub-Signature'), prefix: 'sha256=' },
  STRIPE: {
    ...PLAIN,
    ...named('Stripe-Signature'),
    prefix: 'v1=',
    separator: ',',
    signed: '{timestamp}.{body}',
    timestamp: { prefix: 't=' },
  },
  SLACK: {
    ...PLAIN,
    ...named('X-Slack-Signature'),
    prefix: 'v0=',
    signed: 'v0:{timestamp}:{body}',
    timestamp: { header: 'x-slack-request-timestamp' },
  },
  SHOPIFY: { ...PLAIN, ...named('X-Shopify-Hmac-Sha256'), encoding: 'base64' },
  // standardwebhooks.com, version 1.0: symmetric signatures.
  STANDARD_WEBHOOKS: {
    ...PLAIN,
    ...named('Webhook-Signature'),
    encoding: 'base64',
    prefix: 'v1,',
    separator: ' ',
    signed: '{id}.{timestamp}.{body}',
    timestamp: { header: 'webhook-timestamp' },
    idHeader: 'webhook-id',
    key: 'whsec',
  },
}

function named(shownHeader: string): { header: string; shownHeader: string } {
  return { header: shownHeader.toLowerCase(), shownHeader }
}

/** The format of a signature. @throws Error for a custom one without its format, which is never stored. */
export function formatOf({ style, format }: HookSignature): SignatureFormat {
  if (style !== 'CUSTOM') return formats[style]
  if (!format) throw new Error('a custom signature has no format')
  return customFormat(format)
}

function customFormat(format: HookSignatureFormat): SignatureFormat {
  const { header, algorithm, encoding, prefix, signed, timestampHeader, toleranceSeconds } = format
  return {
    ...PLAIN,
    ...named(header),
    algorithm: algorithm.toLowerCase() as SignatureFormat['algorithm'],
    encoding: encoding.toLowerCase() as SignatureFormat['encoding'],
    prefix,
    signed,
    timestamp: timestampHeader === null ? null : { header: timestampHeader.toLowerCase() },
    toleranceSeconds,
  }
}
