import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * A module of step types that tell of their work. Each takes the secret `value`, called `v` below, and the context of the
 * step; `wait` waits until the service at `url` answers.
 */
const source = `
import { defineStep, field } from '@lockstep/steps'

const behaviours = {
  'tells': (v, { log, progress }) => {
    log.debug('begins')
    log.info('sent', { status: 200 })
    log.warn('slow')
    log.error('odd')
    progress(3, 9)
  },
  'tells-while-it-works': async (v, { log, progress }, wait) => {
    log.info('first')
    progress(1, 4)
    await wait()
    log.info('second')
    progress(4, 4)
  },
  'tells-and-fails': (v, { log }) => {
    log.info('before it failed')
    throw new Error('failed')
  },
  'logs-it': (v, { log }) => {
    log.info('it is ' + v, { v, basic: Buffer.from('a:' + v).toString('base64') })
    log.info('half ' + v.slice(0, 12))
    log.info(v.slice(12))
    log.info('\\u001b[31m' + v.slice(0, 9) + '\\u001b[0m' + v.slice(9) + '\\u202e')
  },
  'echoes': (v, { log }) => log.info('got ' + v),
  'quiet': () => null,
  'logs-then-protects': async (v, { log, progress, protect }, wait) => {
    progress(1)
    log.info('got token-of-the-service-5581')
    await wait()
    protect('token-of-the-service-5581')
  },
  'marks-later': async (v, { log, progress }, wait) => {
    progress(1)
    log.info('got marked-by-the-output-7313')
    await wait()
    return { token: 'marked-by-the-output-7313' }
  },
  'floods': (v, { log, progress }) => {
    for (let n = 1; n <= 12_000; n++) {
      log.info('line ' + n)
      progress(n, 1e6)
    }
    for (const odd of [NaN, -1, 1e308, Infinity, '5', null, {}]) progress(odd, odd)
  },
}

export default Object.entries(behaviours).map(([type, run]) =>
  defineStep({
    type, title: type, description: 'Tells of its work.', repeatable: type === 'tells-while-it-works',
    output: type === 'marks-later' ? { type: 'object', properties: { token: { type: 'string', protected: true } } } : {},
    fields: { value: field.text({ label: 'Value', secrets: true }), url: field.text({ label: 'URL' }) },
    run: (input, context) => run(input.value?.reveal(), context, () => context.http(input.url)),
  }))
`

/** Writes the module into a folder. @returns its path, for LOCKSTEP_PLUGINS. */
export async function writeReportingPlugin(folder: string): Promise<string> {
  const file = join(folder, 'reporting.mjs')
  await writeFile(file, source)
  return file
}
