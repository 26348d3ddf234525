import { describe, expect, test } from 'vitest'
import { readConfig } from '../src/config.ts'
import { configProblems } from './support/config-problems.ts'

describe('traces', () => {
  test.each([
    [{}, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }, true],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://collector.example/v1/traces' }, true],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318', OTEL_SDK_DISABLED: 'True' }, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318', OTEL_TRACES_EXPORTER: 'none' }, false],
  ])('with %j: %s', (env, on) => {
    expect(readConfig(env).traces).toBe(on)
  })

  test('are refused when their endpoint is no address, which is not shown when it may hold a password', () => {
    expect(configProblems({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' })).toHaveLength(1)
    const [line = ''] = configProblems({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://me:canary@collector:4318' })
    expect(line).toMatch(/^OTEL_EXPORTER_OTLP_ENDPOINT /)
    expect(line).not.toContain('canary')
  })

  test('are told to the hosts that are named', () => {
    const hosts = ['api.example.com', '*.internal.example.com:8443']
    expect(readConfig({ LOCKSTEP_TRACE_HOSTS: hosts.join(', ') }).traceHosts).toEqual(hosts)
    expect(configProblems({ LOCKSTEP_TRACE_HOSTS: 'api.example.com, https://b.example.com/' })).toEqual([
      expect.stringMatching(
        /^LOCKSTEP_TRACE_HOSTS holds "https:..b\.example\.com.*It may hold hosts such as/,
      ),
    ])
    expect(configProblems({ LOCKSTEP_TRACE_HOSTS: '*' })).toHaveLength(1)
  })
})
