export interface Series {
  name: string
  /** From left to right, x above 0. */
  points: readonly (readonly [x: number, y: number])[]
}

export interface Chart {
  title: string
  /** When and where it was measured. */
  subtitle: string
  x: string
  y: string
  series: readonly Series[]
}

const [WIDTH, HEIGHT] = [720, 400]
const [LEFT, RIGHT, TOP, BOTTOM] = [70, 90, 70, 60]
const COLOURS = ['#1864ab', '#c2410c']
const MOST_TICKS = 5

/** A chart of lines: x logarithmic with a mark for each point, y linear from 0, so that a rise looks as large as it is. */
export function toSvg({ title, subtitle, x, y, series }: Chart): string {
  const xs = [...new Set(series.flatMap(({ points }) => points.map(([at]) => at)))].toSorted((a, b) => a - b)
  const highest = Math.max(...series.flatMap(({ points }) => points.map(([, value]) => value)))
  const step = niceStep(highest / MOST_TICKS)
  const ticks = Math.ceil(highest / step)
  const toX = scale(Math.log(xs[0] ?? 1), Math.log(xs.at(-1) ?? 1), LEFT, WIDTH - RIGHT)
  const toY = scale(0, step * ticks, HEIGHT - BOTTOM, TOP)
  const place = { x: (value: number) => toX(Math.log(value)), y: toY }
  const body = [
    text(LEFT, 28, title, 'font-size="18" font-weight="bold"'),
    text(LEFT, 48, subtitle, 'fill="#555"'),
    ...Array.from({ length: ticks + 1 }, (_it, index) => horizontal(toY(index * step), index * step)),
    ...xs.map((value) => text(place.x(value), HEIGHT - BOTTOM + 20, label(value), 'text-anchor="middle"')),
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, x, 'text-anchor="middle"'),
    text(
      0,
      0,
      y,
      `text-anchor="middle" transform="translate(18 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)"`,
    ),
    ...series.map((it, index) => line(it, place, COLOURS[index % COLOURS.length] ?? '')),
  ]
  const box = `viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}"`
  return `<svg xmlns="http://www.w3.org/2000/svg" ${box} role="img" font-family="sans-serif" font-size="13">
<title>${escapeText(title)}</title>
<rect width="100%" height="100%" fill="#fff"/>
${body.join('\n')}
</svg>
`
}

interface Place {
  x(value: number): number
  y(value: number): number
}

function line({ name, points }: Series, place: Place, colour: string): string {
  const at = points.map(([x, y]) => [round(place.x(x)), round(place.y(y))] as const)
  const [lastX, lastY] = at.at(-1) ?? [0, 0]
  return [
    `<polyline points="${at.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ...at.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="3.5" fill="${colour}"/>`),
    text(lastX + 10, lastY + 4, name, `fill="${colour}" font-weight="bold"`),
  ].join('\n')
}

function horizontal(y: number, value: number): string {
  const rule = `<path d="M${LEFT} ${round(y)}H${WIDTH - RIGHT}" stroke="#ddd"/>`
  return `${rule}${text(LEFT - 8, y + 4, label(value), 'text-anchor="end"')}`
}

function scale(from: number, to: number, low: number, high: number): (value: number) => number {
  return (value) => low + ((value - from) / (to - from || 1)) * (high - low)
}

/** The next 1, 2 or 5 times a power of ten. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  return ([1, 2, 5].find((it) => it * power >= least) ?? 10) * power
}

function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escapeText(content)}</text>`
}

const round = (value: number): number => Math.round(value * 10) / 10
const label = (value: number): string =>
  value.toLocaleString('en', { notation: 'compact', maximumSignificantDigits: 3 })
const escapeText = (content: string): string => content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
