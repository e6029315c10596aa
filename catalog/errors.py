"""Coded errors of the catalogue."""

from omnichannel.kernel.errors import Conflict, RuleViolation


class BarcodeInvalid(RuleViolation):
    code = "barcode_invalid"
    title = "The check digit of this barcode is wrong, or it is not an EAN, UPC or in-house code."


class SkuTaken(Conflict):
    code = "sku_taken"
    title = "Another variant has this SKU."


class BarcodeTaken(Conflict):
    code = "barcode_taken"
    title = "Another variant has this barcode."


class SlugTaken(Conflict):
    code = "slug_taken"
    title = "Another product has this slug."


class ExternalIdTaken(Conflict):
    code = "external_id_taken"
    title = "Another product has this external id."


class CategoryPathTaken(Conflict):
    code = "category_path_taken"
    title = "There is a category of this name in this place."


class CategoryUnknown(RuleViolation):
    code = "category_unknown"
    title = "There is no such category."


class CategoryCycle(RuleViolation):
    code = "category_cycle"
    title = "A category cannot stand below itself."


class CategoryNotEmpty(Conflict):
    code = "category_not_empty"
    title = "This category holds products or other categories."


class TaxCategoryUnknown(RuleViolation):
    code = "tax_category_unknown"
    title = "There is no such tax category."


class OptionsMismatch(RuleViolation):
    code = "options_mismatch"
    title = "A variant takes a value for each of its product's options, and no two variants the same ones."


class PriceInPast(RuleViolation):
    code = "price_in_past"
    title = "What was charged is history: a price begins now or later, and ends after it begins."


class PriceChangedMeanwhile(Conflict):
    code = "price_changed_meanwhile"
    title = "Another price was set for the same time. Read the prices again."


class CurrencyUnknown(RuleViolation):
    code = "currency_unknown"
    title = "The shop does not sell in this currency."


class RelationInvalid(RuleViolation):
    code = "relation_invalid"
    title = "A product is related to other products that exist."


class ImageInvalid(RuleViolation):
    code = "image_invalid"
    title = "A picture is a PNG, JPEG, WebP or GIF file of at most 10 MB, or an http(s) address."


class StateMoveInvalid(Conflict):
    code = "status_move_invalid"
    title = "A product cannot go from this status to that one."
