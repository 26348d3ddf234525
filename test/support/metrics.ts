/** What a process tells Prometheus. */
export interface Scrape {
  text: string
  /** Type of each metric, by name. */
  types: ReadonlyMap<string, string>
  /** The value of a series, such as `lockstep_runs_total{status="FAILED",code="TIMEOUT"}`; 0 when it is not there. */
  value(series: string): number
}

/** @see https://prometheus.io/docs/instrumenting/exposition_formats/ */
export async function scrape(url: string): Promise<Scrape> {
  const response = await fetch(`${url}/metrics`)
  const text = await response.text()
  const lines = text.split('\n')
  const types = lines.flatMap((line) => {
    const [, name, type] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? []
    return name && type ? [[name, type] as const] : []
  })
  const values = new Map(
    lines.flatMap((line) => {
      const [, series, value] = /^(\w+(?:\{.*\})?) (\S+)$/.exec(line) ?? []
      return series ? [[series, Number(value)] as const] : []
    }),
  )
  return { text, types: new Map(types), value: (series) => values.get(series) ?? 0 }
}
