import type { Bench } from './benchmark.ts'
export async function drawCharts(_bench: Bench): Promise<void> {}
