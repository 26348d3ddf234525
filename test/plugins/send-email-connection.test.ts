import { expect, test } from 'vitest'
import { sendEmail } from '../../plugins/send-email/send-email.ts'
import { AppError } from '../../src/steps/index.ts'
import { testStep } from '../../src/steps/testing/index.ts'
import { mail, password, secrets, trusting } from './mail-fields.ts'
import { errorOf } from './outcome.ts'
import { runStep } from './run-step.ts'
import { startSmtp, startTcp } from './smtp-world.ts'

test('the connection goes to the address that was looked up', async () => {
  const { port, received } = await startSmtp(password)
  const asked: [string, number][] = []
  await runStep(
    sendEmail,
    { ...trusting, port },
    {
      secrets,
      lookup: async (host, port) => {
        asked.push([host, port])
        return '127.0.0.1'
      },
    },
  )
  expect(asked).toEqual([['smtp.test', port]])
  expect(received).toHaveLength(1)
})

test('an address that is not allowed ends the step before anything is sent', async () => {
  const error = await errorOf(sendEmail, mail, {
    secrets,
    lookup: () => Promise.reject(new AppError('DESTINATION_NOT_ALLOWED', 'no')),
  })
  expect(error.code).toBe('DESTINATION_NOT_ALLOWED')
})

test('a cancelled run closes the connection', async () => {
  const controller = new AbortController()
  const closed = Promise.withResolvers<void>()
  const port = await startTcp((socket) => {
    socket.on('close', () => closed.resolve())
    controller.abort(new AppError('CANCELLED', 'The run was cancelled.'))
  })
  const error = await errorOf(sendEmail, { ...mail, port }, { secrets, signal: controller.signal })
  expect(error.code).toBe('CANCELLED')
  await closed.promise
})

test('a run that is cancelled already does not connect', async () => {
  const { port, received } = await startSmtp(password)
  const run = runStep(sendEmail, { ...trusting, port }, { signal: AbortSignal.abort() })
  await expect(run).rejects.toThrow()
  expect(received).toEqual([])
})

test('a server that sends without end is left when more came than a step may receive', async () => {
  let sent = 0
  const line = Buffer.from(`220-${'x'.repeat(500)}\r\n`.repeat(130))
  const port = await startTcp((socket) => {
    socket.on('error', () => undefined)
    const more = () => {
      while (socket.writable && socket.write(line)) sent += line.length
      sent += line.length
    }
    socket.on('drain', more)
    more()
  })
  const fields = { ...mail, port, security: 'none', username: undefined, password: undefined }
  const { status } = await testStep(sendEmail, { fields, hosts: { 'smtp.test': '127.0.0.1' } })
  expect(status).toBe('FAILED')
  // 25 MiB, and what is on its way.
  expect(sent).toBeLessThan(80 * 1024 * 1024)
})
