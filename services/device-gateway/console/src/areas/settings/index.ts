/** Doors and settings: staff, branches, scanners and their reads, messages that need a person, documentation. */
import { Setting } from '@element-plus/icons-vue'

import type { Area } from '@/app/area'
import { sectionsOf } from './sections'

const settings: Area = {
  name: 'settings',
  icon: Setting,
  shown: (may) => sectionsOf(may).length > 1, // documentation is for everybody
  start: (may) => (may('parked.read') && !may('visit.register') ? 40 : 0),
  routes: [
    { path: '/settings', name: 'settings', component: () => import('./SettingsPage.vue') },
    { path: '/settings/:section', name: 'settings-section', component: () => import('./SettingsPage.vue') },
  ],
  panels: {
    staff: () => import('./StaffPanel.vue'),
    branch: () => import('./BranchPanel.vue'),
    scanner: () => import('./ScannerPanel.vue'),
  },
}

export default settings
