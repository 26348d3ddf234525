const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** So many bytes in words, in units of 1000: 1.2 MB. */
export function bytesInWords(bytes: number): string {
  const at = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1)
  const style = { style: 'unit', unit: UNITS[at] ?? 'byte', maximumFractionDigits: 1 } as const
  return new Intl.NumberFormat('en', style).format(bytes / 1000 ** at)
}

/** How much a workspace stores, and how much that is of what it may. */
export function storedInWords({
  bytes,
  maxBytes,
  share,
}: {
  bytes: number
  maxBytes?: number | null
  share?: number | null
}): string {
  const stored = `This workspace stores about ${bytesInWords(bytes)}`
  if (maxBytes == null || share == null) return `${stored}.`
  const percent = new Intl.NumberFormat('en', { style: 'percent' }).format(share)
  const full = share >= 1 ? ' No run is started until old runs are gone.' : ''
  return `${stored}, ${percent} of the ${bytesInWords(maxBytes)} that it may.${full}`
}
