import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { parser } from '@prometheus-io/lezer-promql'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { createApiMetrics } from '../src/metrics/api-metrics.ts'
import { apiMetrics, processMetrics, workerMetrics } from '../src/metrics/list.ts'
import { createMetrics } from '../src/metrics/process-metrics.ts'

const folder = 'examples/monitoring'
const read = (name: string) => readFileSync(`${folder}/${name}`, 'utf8')

interface Rule {
  alert: string
  expr: string
  labels: { severity: string }
  annotations: { summary: string }
}

interface Panel {
  title: string
  type: string
  targets?: { expr: string }[]
}

const rules = (parse(read('alerts.yml')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  (group) => group.rules,
)
const { panels } = JSON.parse(read('dashboard.json')) as { panels: Panel[] }

const expressions = [
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
  ...panels.flatMap(({ title, targets = [] }) =>
    // Grafana puts a duration in the place of its variable.
    targets.map(({ expr }) => [title, expr.replaceAll('$__rate_interval', '1m')] as const),
  ),
]

/** The nodes of an expression of one kind, as text. */
function nodes(expr: string, ...kinds: string[]): string[] {
  const found: string[] = []
  parser.parse(expr).iterate({
    enter: ({ name, from, to }) => {
      if (kinds.includes(name)) found.push(expr.slice(from, to))
    },
  })
  return found
}

const ours = Object.values({ ...processMetrics, ...apiMetrics, ...workerMetrics }) as {
  name: string
  labelNames?: readonly string[]
}[]
const plain = (name: string) => name.replace(/_(?:bucket|sum|count)$/, '')

describe.each(expressions)('%s', (_title, expr) => {
  test('its expression is PromQL', () => {
    expect(nodes(expr, '⚠')).toEqual([])
    expect(nodes(expr, 'VectorSelector').length).toBeGreaterThan(0)
  })

  test('its metrics are there', () => {
    const { registry } = createMetrics()
    createApiMetrics(registry)
    const given = [
      'up',
      ...registry.getMetricsAsArray().map(({ name }) => name),
      ...ours.map(({ name }) => name),
    ]
    const used = nodes(expr, 'VectorSelector').map((it) => plain(/^\w+/.exec(it)?.[0] ?? it))
    expect(used.filter((name) => !given.includes(name))).toEqual([])
  })

  test('its labels are those of its metrics', () => {
    const used = nodes(expr, 'LabelName', 'GroupingLabel').flatMap((it) => it.match(/\w+/g) ?? [])
    const names = nodes(expr, 'VectorSelector').map((it) => plain(/^\w+/.exec(it)?.[0] ?? it))
    const labels = ours
      .filter(({ name }) => names.includes(name))
      .flatMap(({ labelNames = [] }) => labelNames)
    const known = [...labels, 'job', 'instance', 'le']
    expect(used.filter((label) => !known.includes(label))).toEqual([])
  })
})

test('every metric of ours is on the dashboard or in an alert', () => {
  const used = new Set(
    expressions.flatMap(([, expr]) =>
      nodes(expr, 'VectorSelector').map((it) => plain(/^\w+/.exec(it)?.[0] ?? '')),
    ),
  )
  const characters = workerMetrics.redactionCharacters.name
  expect(ours.map(({ name }) => name).filter((name) => !used.has(name) && name !== characters)).toEqual([])
})

test('the parser refuses what is no PromQL, and finds every metric and label', () => {
  expect(nodes('sum(rate(x[5m])', '⚠').length).toBeGreaterThan(0)
  expect(nodes('sum by (a, b) (x{c="d"}) / y', 'VectorSelector')).toEqual(['x{c="d"}', 'y'])
  expect(nodes('sum by (a, b) (x{c="d"}) / y', 'LabelName')).toEqual(['a', 'b', 'c'])
})

test('every alert has a severity and says what has happened', () => {
  expect(rules.length).toBeGreaterThan(10)
  expect(
    rules.filter(
      ({ labels, annotations }) => !/^(?:page|ticket)$/.test(labels.severity) || !annotations.summary,
    ),
  ).toEqual([])
})

const promtool = async (...args: string[]) =>
  (await promisify(execFile)('promtool', args, { cwd: folder })).stdout
const hasPromtool = await promtool('--version').then(
  () => true,
  () => false,
)

test.skipIf(!hasPromtool)(
  'promtool accepts configuration and rules, and the rules fire on series that call for it',
  async () => {
    expect(await promtool('check', 'config', 'prometheus.yml')).toContain('SUCCESS')
    expect(await promtool('test', 'rules', 'alerts.test.yml')).toContain('SUCCESS')
  },
)
