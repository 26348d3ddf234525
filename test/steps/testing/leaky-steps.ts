import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { AppError, defineStep, field, type StepContext, type StepType } from '../../../src/steps/index.ts'

/** What a step does with a token; it also gets the server's answer. */
type Work = (token: string, context: StepContext, answer: Answer) => unknown

interface Answer {
  readonly status: number
  readonly statusText: string
  readonly text: string
}

/** A step that sends a token correctly, and then does what the test says. */
export function stepThat(work: Work): StepType {
  return defineStep({
    type: 'sample',
    title: 'Sample',
    description: 'Sends a token.',
    fields: {
      url: field.url({ label: 'URL', required: true }),
      token: field.text({ label: 'Token', required: true, secrets: true }),
    },
    output: {},
    async run({ url, token }, context) {
      const response = await context.http(url, { headers: { authorization: token } })
      const { status, statusText } = response
      const answer = { status, statusText, text: await response.text() }
      return work(token.reveal(), context, answer)
    },
  })
}

/** Each with the words that report its leak. */
export const leaks: Readonly<Record<string, [Work, string]>> = {
  'gives it back': [(token) => ({ body: { token } }), 'output.body.token holds the value of TOKEN'],
  'gives its beginning back': [(token) => ({ hint: token.slice(0, 12) }), 'output.hint holds 6 or more'],
  'gives its end back': [(token) => ({ hint: `…${token.slice(-6)}` }), 'output.hint holds 6 or more'],
  'gives it back reversed': [
    (token) => [[...token].reverse().join('')],
    'output[0] holds 6 or more characters of TOKEN (reversed',
  ],
  'gives it back in halves': [(token) => ({ a: token.slice(0, 18), b: token.slice(18) }), 'output.a holds'],
  'gives its characters back one by one, with a dot each': [
    (token) => [...token].map((it) => `${it}.`),
    'saved state holds 6 or more characters of TOKEN (spread out',
  ],
  'gives it back with dashes': [(token) => [...token].join('-'), 'output holds'],
  'gives it back by rot13': [
    (token) =>
      token.replaceAll(/[a-z]/gi, (it) =>
        String.fromCharCode(((it.charCodeAt(0) - (it < 'a' ? 65 : 97) + 13) % 26) + (it < 'a' ? 65 : 97)),
      ),
    '(rot13)',
  ],
  // The product's redactor knows a long value in both cases.
  'gives it back in lower case': [(token) => ({ it: token.toLowerCase() }), 'of TOKEN'],
  'gives it back in upper case': [(token) => ({ it: token.toUpperCase() }), 'of TOKEN'],
  'gives a part back in upper case': [
    (token) => ({ it: token.slice(2, 20).toUpperCase() }),
    '(in another case)',
  ],
  'gives a part back in base64': [(token) => ({ it: btoa(token.slice(3, 21)) }), '(in base64)'],
  'gives it back in base64 twice, a part': [
    (token) => btoa(btoa(token.slice(1, 20))),
    '(in base64, then in base64)',
  ],
  'gives a part back in hex': [(token) => Buffer.from(token.slice(2, 12)).toString('hex'), '(in hex)'],
  'gives it back reversed in hex': [(token) => Buffer.from(token).reverse().toString('hex'), 'reversed'],
  'gives it back compressed': [(token) => gzipSync(token).toString('base64'), '(compressed)'],
  'gives its digest back': [
    (token) => createHash('sha256').update(token).digest('hex'),
    'output holds a digest of TOKEN',
  ],
  'gives its digest back in capitals': [
    (token) => createHash('sha1').update(token).digest('hex').toUpperCase(),
    'output holds a digest of TOKEN',
  ],
  'gives a fingerprint back': [
    (token) => createHash('md5').update(token).digest('hex').slice(0, 10),
    'a digest',
  ],
  'gives codes of its characters back': [
    (token) => [...token.slice(0, 10)].map((it) => it.charCodeAt(0)),
    '(as numbers)',
  ],
  'gives it back as a key': [
    (token) => ({ deep: [{ [token]: 1 }] }),
    'a key of output.deep[0] holds the value',
  ],
  'gives a part back as a key': [(token) => ({ [token.slice(0, 8)]: 1 }), 'a key of output holds 6 or more'],
  'throws it': [
    (token) => {
      throw new Error(`bad token ${token}`)
    },
    'error message holds the value of TOKEN',
  ],
  'throws a part of it': [
    (token) => {
      throw new AppError('STEP_FAILED', `bad token ${token.slice(0, 8)}…`)
    },
    'error message holds 6',
  ],
  'throws it as the name of a field': [
    (token) => {
      throw new AppError('STEP_FAILED', 'failed', { at: { field: token } })
    },
    'error place holds the value of TOKEN',
  ],
  'throws what the server answered': [
    (_token, _context, { status, text }) => {
      if (status >= 400) throw new AppError('STEP_FAILED', text)
    },
    'error: error message holds the value of TOKEN',
  ],
  'throws the words of the status': [
    (_token, _context, { status, statusText }) => {
      if (status >= 400) throw new Error(`${status} ${statusText}`)
    },
    'error: error message holds the value of TOKEN',
  ],
  'says how it ends': [
    (token) => ({ hint: `ends in ${token.slice(-4)}` }),
    'output.hint holds the first or the last 4 characters of TOKEN',
  ],
  'masks it': [
    (token, { log }) => log.info(`with ${token.slice(0, 4)}****${token.slice(-4)}`),
    'log line 1 holds the first or the last 4 characters of TOKEN',
  ],
  'logs it': [(token, { log }) => log.info(`sent ${token}`), 'log line 1 holds the value of TOKEN'],
  'logs it as data': [
    (token, { log }) => {
      log.debug('a')
      log.debug('b', { token })
    },
    'log line 2 holds the value',
  ],
  'logs a part of it': [
    (token, { log }) => log.warn(`token ${token.slice(0, 6)}`),
    'log line 1 holds 6 or more',
  ],
  'prints it': [(token) => process.stdout.write(`${token}\n`), 'console line 1 holds the value'],
  'prints a part of it': [
    (token) => process.stderr.write(`${token.slice(9, 20)}\n`),
    'console line 1 holds 6',
  ],
  'prints it later': [
    (token) => void setTimeout(() => process.stdout.write(`${token}\n`), 5),
    'console line 1 holds',
  ],
}
/** Steps without a leak. */
export const harmless: Readonly<Record<string, Work>> = {
  'gives the status back': (_token, _context, { status }) => ({ status, at: new Date().toISOString() }),
  'protects what it made': (token, { protect }) => {
    const signed = createHash('sha256').update(token).digest('hex')
    return { signed: protect(signed), header: `Token ${signed}` }
  },
  'protects a value with the token in it': (token, { protect }) => ({ it: protect(`user:${token}`) }),
  'masks what it sent, to log it and give it back': (token, { mask, log }) => {
    const url = mask(`https://api.test/${encodeURIComponent(token)}`)
    log.info('sent', { url })
    return { url }
  },
  'logs what it did': (_token, { log }, { status }) => {
    log.info('sent', { status })
  },
  'gives much back': () =>
    Array.from({ length: 300 }, (_, id) => ({
      id,
      key: randomUUID(),
      data: randomBytes(12).toString('base64'),
    })),
  'throws an error of its own': (_token, _context, { status }) => {
    if (status >= 400) throw new AppError('STEP_FAILED', `The service answered ${status}.`)
    return null
  },
}
