/** The sections of the settings, and who sees them. */
import type { May } from '@/app/area'

export const SECTIONS = ['staff', 'branches', 'scanners', 'reads', 'parked', 'docs'] as const
export type Section = (typeof SECTIONS)[number]

const NEEDS: Record<Section, string[]> = {
  staff: ['staff.edit'], branches: ['branch.edit'], scanners: ['device.test'], reads: ['scan.dismiss'], parked: ['parked.read'], docs: [],
}

export const sectionsOf = (may: May): Section[] => SECTIONS.filter((one) => may(...NEEDS[one]))
