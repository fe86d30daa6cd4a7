export { seeded } from '../src/stats/seeded.ts'
