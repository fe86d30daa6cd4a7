import { expect, it } from 'vitest'
import { DAY, dateOf, formatTime, hourOfWeek, parseTime, parseWhen, startOfDate } from '../../src/core/window.ts'

it('keeps microseconds, whatever the zone', () => {
  const at = parseTime('2026-01-15T10:30:45.123456Z')!
  expect(formatTime(at)).toBe('2026-01-15T10:30:45.123456Z')
  expect(parseTime('2026-01-15T12:30:45.123456+02:00')).toBe(at)
  expect(parseTime('2026-01-15T05:00:45.1234567-05:30')).toBe(at)
  expect(formatTime(parseTime('1969-12-31T23:59:59.999999Z')!)).toBe('1969-12-31T23:59:59.999999Z')
})

it.each([
  'yesterday',
  '2026-02-30T00:00:00Z',
  '2026-01-15T25:00:00Z',
  '2026-01-15T10:75:00Z',
  '2026-01-15T10:30:45+24:00',
  '2026-01-15T10:30:45+99:99',
  '2026-01-15T10:30:45',
  '2026-01-15',
  '1768473045',
  '',
])('refuses %j as a time', (text) => expect(parseTime(text)).toBeNull())

it('reads ages, dates and times as moments', () => {
  const now = parseTime('2026-01-15T12:00:00Z')!
  expect(parseWhen('7d', now)).toBe(now - 7 * DAY)
  expect(parseWhen('1.5h', now)).toBe(now - 1.5 * 3_600_000_000)
  expect(parseWhen('2026-01-10', now)).toBe(startOfDate('2026-01-10'))
  expect(parseWhen('soon', now)).toBeNull()
})

it('begins the week on Monday', () => {
  expect(hourOfWeek(parseTime('2026-01-05T00:30:00Z')!)).toBe(0)
  expect(hourOfWeek(parseTime('2026-01-04T23:30:00Z')!)).toBe(167)
  expect(dateOf(parseTime('2026-01-04T23:59:59.999999Z')!)).toBe('2026-01-04')
})
