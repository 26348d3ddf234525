import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * A module of misbehaving step types. Each takes the secret `value`, called `v` below, and the context of the
 * step.
 */
const source = `
import { AppError, defineStep, field } from '@lockstep/steps'

const later = (work) => { setTimeout(work, 30) }

const behaviours = {
  'well-behaved': () => ({ fine: true }),
  'logs-it': (v, ctx) => {
    for (const level of ['debug', 'info', 'warn', 'error']) ctx.log[level]('log ' + v, { v, deep: [{ [v]: v }] })
    ctx.log.info(v, new Error(v, { cause: v }))
  },
  'prints-it': (v) => {
    for (const name of ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir', 'dirxml']) console[name](v)
    console.log('%s and %o', v, { v }, new Error(v, { cause: v }))
    console.table([{ [v]: v }])
    console.group(v)
    console.groupEnd()
    console.assert(false, v)
    console.count(v)
    console.time(v)
    console.timeLog(v, v)
    console.timeEnd(v)
  },
  'writes-it': (v) => {
    process.stdout.write(v)
    process.stderr.write(Buffer.from(v + '\\n'))
    new console.Console(process.stdout).log(v)
    return new Promise((resolve) => process.stdout.write(v, () => resolve('written')))
  },
  'writes-it-in-pieces': async (v) => {
    for (const byte of Buffer.from('out ü' + v + '\\n')) process.stdout.write(Buffer.from([byte]))
    for (const unit of ('err ü' + v).split('')) {
      process.stderr.write(unit)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  },
  'warns-of-it': (v) => {
    process.emitWarning(v)
    console.countReset(v)
    console.timeEnd(v)
  },
  'throws-error': (v) => {
    const cause = new Error(v, { cause: { v } })
    throw Object.assign(new Error('failed with ' + v, { cause }), { code: v, name: v, stack: v, request: { v } })
  },
  'throws-app-error': (v) => { throw new AppError('TIMEOUT', 'late: ' + v, { cause: v, at: { step: v, field: v, row: v } }) },
  'throws-unknown-code': (v) => { throw new AppError(v, 'odd') },
  'throws-aggregate': (v) => { throw new AggregateError([new Error(v)], 'several of ' + v) },
  'throws-string': (v) => { throw v },
  'throws-null': () => { throw null },
  'throws-object': (v) => { throw { message: v, [v]: v } },
  'throws-object-as-message': (v) => { throw Object.assign(new Error(), { message: { v } }) },
  'throws-getter': (v) => {
    throw Object.defineProperty(new Error(), 'message', { get() { throw new Error(v) } })
  },
  'throws-proxy': (v) => {
    throw new Proxy(new Error(v), { getPrototypeOf() { throw new Error(v) }, get() { throw new Error(v) } })
  },
  'rejects-with-nothing': () => Promise.reject(),
  'returns-key': (v) => ({ [v]: 1, list: [[{ ['a' + v]: v }]] }),
  'returns-encoded': (v) => {
    const bytes = Buffer.from('x' + v)
    return {
      base64: bytes.toString('base64'), base64url: bytes.toString('base64url'), hex: bytes.toString('hex'),
      url: encodeURIComponent(v), json: JSON.stringify(JSON.stringify(v)), list: [...bytes],
    }
  },
  'returns-bigint': (v) => ({ v, big: 1n }),
  'returns-bytes': (v) => ({ bytes: Buffer.from(v) }),
  'returns-bytes-under-it': (v) => ({ [v]: Buffer.from(v) }),
  'returns-cycle': (v) => { const it = { v }; it.it = it; return it },
  'returns-function': () => () => 1,
  'returns-undefined': () => undefined,
  'returns-symbol': () => Symbol('x'),
  'returns-throwing-getter': (v) => ({ get it() { throw new Error(v) } }),
  'returns-sensitive': (_v, _ctx, input) => ({ it: input.value, text: String(input.value) }),
  'returns-40-mib': () => 'x'.repeat(40 * 1024 * 1024),
  'returns-nul-and-half-a-pair': (v) => ({ nul: 'a\\u0000' + v, half: '\\ud800' }),
  'hangs': () => new Promise(() => undefined),
  'hangs-and-throws-it': (v, ctx) => new Promise((_resolve, reject) => {
    ctx.signal.addEventListener('abort', () => reject(new Error(v, { cause: ctx.signal.reason })))
  }),
  'returns-too-late': (v, ctx) => new Promise((resolve) => {
    ctx.signal.addEventListener('abort', () => resolve({ v }))
  }),
  'leaves-throwing-timer': (v) => {
    later(() => { throw Object.assign(new Error('timer ' + v, { cause: v }), { code: v, name: v }) })
  },
  'leaves-throwing-app-error': (v) => { later(() => { throw new AppError('STEP_FAILED', 'timer ' + v) }) },
  'leaves-throwing-string': (v) => { later(() => { throw v }) },
  'leaves-rejection': (v) => { later(() => Promise.reject(Object.assign(new Error(v), { code: v }))) },
  'leaves-emitter': (v) => { later(() => process.nextTick(() => { throw new AppError(v, v) })) },
  'leaves-printing': (v, ctx) => {
    later(() => { console.log('late print ' + v); process.stdout.write('late write ' + v); ctx.log.warn('late log ' + v, { v }); Promise.reject(v) })
  },
}

export default Object.entries(behaviours).map(([type, run]) =>
  defineStep({
    type, title: type, description: 'Does what no step should.', output: {},
    fields: { value: field.text({ label: 'Value', secrets: true }) },
    run: (input, context) => run(input.value.reveal(), context, input),
  }))
`

/** Writes the module into a folder. @returns its path, for LOCKSTEP_PLUGINS. */
export async function writeMisbehavingPlugin(folder: string): Promise<string> {
  const file = join(folder, 'misbehaving.mjs')
  await writeFile(file, source)
  return file
}
