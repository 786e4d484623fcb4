import * as z from 'zod';
import { FxRates, PutFxRates } from '#shared/domain/money/fx-rates.ts';
import { FIRST_PLACES, Place, PutPlace } from '#shared/domain/place.ts';
import { IsoDate, Slug } from '#shared/domain/text.ts';
import { ADMINS, MANAGERS, ROLES } from '#shared/domain/user/roles.ts';
import { type Operation, type ResponseDefinition, responseOf } from '../operation.ts';
import type { ProblemCode } from '../problems.ts';
import { PatchMe, PlaceList, pageQuery, User, UserList } from '../schemas.ts';
import { JSON_TYPE, MERGE_PATCH_TYPE } from './records.ts';

const READ: readonly ProblemCode[] = ['validation', 'forbidden', 'unavailable'];
const WRITE: readonly ProblemCode[] = [
  ...READ,
  'malformed-json',
  'body-too-large',
  'unsupported-media-type',
  'stale-version',
  'idempotency-key-reused',
];

const versioned = (description: string, schema: () => z.ZodType): ResponseDefinition =>
  responseOf(description, schema, ['ETag']);

const dateParams = z.strictObject({ date: IsoDate });
const placeParams = z.strictObject({ id: Slug });
const { id: _, ...putExample } = FIRST_PLACES[4] as Place;
const rates = { base: 'GBP', rates: { CNY: '0.1083', USD: '0.7712' } };
const me = { id: 'bd-officer', role: 'bd-officer', name: 'Chen Yu', language: 'zh-CN', timeZone: 'Asia/Shanghai' };

export const SETTINGS_OPERATIONS: readonly Operation[] = [
  {
    id: 'putFxRates',
    method: 'PUT',
    path: '/v1/fx-rates/{date}',
    access: MANAGERS,
    fn: 'settings',
    tag: 'fx-rates',
    summary: 'Set the exchange rates of a date',
    description:
      'Each rate is the price of one unit in pounds, in force from that date until a newer one. Earlier rates remain on record.',
    params: dateParams,
    headers: ['If-Match', 'Idempotency-Key'],
    body: { schema: PutFxRates, mediaTypes: [JSON_TYPE], required: true },
    responses: { 200: versioned('Replaced.', () => FxRates), 201: versioned('New.', () => FxRates) },
    problems: [...WRITE, 'not-found'],
    example: {
      params: { date: '2026-11-20' },
      body: rates,
      answer: { date: '2026-11-20', ...rates, recordedAt: '2026-11-21T08:00:00.000Z' },
    },
  },
  {
    id: 'readFxRates',
    method: 'GET',
    path: '/v1/fx-rates/{date}',
    access: ROLES,
    fn: 'read',
    tag: 'fx-rates',
    summary: 'Get the exchange rates set for a date',
    params: dateParams,
    responses: { 200: versioned('The rates.', () => FxRates) },
    problems: [...READ, 'not-found'],
    example: {
      params: { date: '2026-11-20' },
      answer: { date: '2026-11-20', ...rates, recordedAt: '2026-11-21T08:00:00.000Z' },
    },
  },
  {
    id: 'putPlace',
    method: 'PUT',
    path: '/v1/places/{id}',
    access: ADMINS,
    fn: 'settings',
    tag: 'places',
    summary: 'Create or update a place',
    params: placeParams,
    headers: ['If-Match', 'Idempotency-Key'],
    body: { schema: PutPlace, mediaTypes: [JSON_TYPE], required: true },
    responses: { 200: versioned('Updated.', () => Place), 201: versioned('Created.', () => Place) },
    problems: [...WRITE, 'not-found'],
    example: { params: { id: 'bristol' }, body: putExample, answer: FIRST_PLACES[4] },
  },
  {
    id: 'readPlace',
    method: 'GET',
    path: '/v1/places/{id}',
    access: ROLES,
    fn: 'read',
    tag: 'places',
    summary: 'Get a place',
    params: placeParams,
    responses: { 200: versioned('The place.', () => Place) },
    problems: [...READ, 'not-found'],
    example: { params: { id: 'guangzhou' }, answer: FIRST_PLACES[0] },
  },
  {
    id: 'listPlaces',
    method: 'GET',
    path: '/v1/places',
    access: ROLES,
    fn: 'read',
    tag: 'places',
    summary: 'List places',
    query: pageQuery,
    responses: { 200: responseOf('A page, sorted by id.', PlaceList) },
    problems: READ,
    example: { answer: { items: [FIRST_PLACES[0]], next: null } },
  },
  {
    id: 'readMe',
    method: 'GET',
    path: '/v1/me',
    access: ROLES,
    fn: 'settings',
    tag: 'users',
    summary: 'Get my profile',
    description: 'The first call adds the caller to the list of users.',
    responses: { 200: versioned('The caller.', User) },
    problems: READ,
    example: { answer: me },
  },
  {
    id: 'amendMe',
    method: 'PATCH',
    path: '/v1/me',
    access: ROLES,
    fn: 'settings',
    tag: 'users',
    summary: 'Update my name, language or time zone',
    description: 'A JSON Merge Patch; null restores the default.',
    headers: ['If-Match', 'Idempotency-Key'],
    body: { schema: PatchMe, mediaTypes: [MERGE_PATCH_TYPE, JSON_TYPE], required: true },
    responses: { 200: versioned('The caller.', User) },
    problems: WRITE,
    example: { body: { name: 'Chen Yu', language: 'zh-CN', timeZone: 'Asia/Shanghai' }, answer: me },
  },
  {
    id: 'listUsers',
    method: 'GET',
    path: '/v1/users',
    access: ROLES,
    fn: 'read',
    tag: 'users',
    summary: 'List users',
    query: pageQuery,
    responses: { 200: responseOf('A page, sorted by id.', UserList) },
    problems: READ,
    example: { answer: { items: [me], next: null } },
  },
];
