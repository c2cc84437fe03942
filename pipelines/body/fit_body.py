"""The free body with its derivatives: where joints and skin points are, and how each parameter moves them.

Everything is in the reference frame, in metres, with the root at the origin. Parameters are the rotation vectors
of some bones and unbounded shape numbers that `ShapeSpace` turns into phenotypes and local changes. The way a
change of shape turns bones at rest is left out of the derivatives: it is small, and exact in the values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from pipelines.body.anny import nearest_rotations, rotation_matrices
from pipelines.body.anny_data import ANCHORS, PHENOTYPES, YOUNG_ADULT_AGE, AnnyData

SMALL_ANGLE_RAD = 1e-4


class ShapeSpace:
    """Unbounded numbers to phenotypes (logistic, 0..1; age from young adult to 1) and local changes (tanh, -1..1)."""

    def __init__(self, local_names: Sequence[str]) -> None:
        self.names = (*PHENOTYPES, *local_names)
        self.phenotype_count = len(PHENOTYPES)
        self._low = np.array([YOUNG_ADULT_AGE if name == "age" else 0.0 for name in PHENOTYPES])

    def values(self, raw: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(S,) phenotypes then local changes, and their slopes (S,) by the raw numbers."""
        head, tail = raw[: self.phenotype_count], raw[self.phenotype_count :]
        logistic, bent = 1 / (1 + np.exp(-head)), np.tanh(tail)
        values = np.concatenate([self._low + (1 - self._low) * logistic, bent])
        slopes = np.concatenate([(1 - self._low) * logistic * (1 - logistic), 1 - bent**2])
        return values, slopes

    def raw_of(self, name: str, value: float) -> float:
        """The unbounded number behind a phenotype's value strictly inside its range."""
        low = self._low[PHENOTYPES.index(name)]
        share = (value - low) / (1 - low)
        return float(np.log(share / (1 - share)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SkinPoints:
    """Points on the skin: in K triangles, with the shares of their corners; rows of shapes and weights."""

    template: np.ndarray  # (K, 3)
    rows: np.ndarray  # (R, K, 3)
    weights: np.ndarray  # (K, B)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Located:
    """A body in a pose: what points and derivatives are read from."""

    coefficients: np.ndarray  # (R,)
    coefficient_slopes: np.ndarray  # (R, S) by the raw shape numbers
    rest_joints: np.ndarray  # (B, 3)
    carried: np.ndarray  # (B, 3, 3) what turns rest directions to posed ones
    rotations: np.ndarray  # (B, 3, 3) global turns since the reference pose
    joints: np.ndarray  # (B, 3)
    axes: np.ndarray  # (N, 3, 3) turning bone n's rotation vector to small global turns
    rest_joint_slopes: np.ndarray  # (S, B, 3)
    joint_slopes: np.ndarray  # (S, B, 3)


class FitBody:
    """`locate` poses the body; `joints` and `points` give positions (K, 3) and Jacobians (K, 3, 3N + S).

    vertex_rows (R, V, 3) and joint_rows (R, B, 3): what one unit of each coefficient adds to the body at rest.
    """

    def __init__(self, data: AnnyData, bones: Sequence[str], local_names: Sequence[str]) -> None:
        self.data = data
        self.space = ShapeSpace(local_names)
        self.bones = tuple(bones)
        self.turning = np.array([data.bone_names.index(bone) for bone in bones])
        rows = [row for name in local_names for row in data.local_rows(name)]
        local = np.stack([data.local_shape(row) for row in rows])
        self.vertex_rows = np.concatenate([data.basis_vertices, local])
        self.joint_rows = np.concatenate([data.basis_heads, data.local_heads[rows]])
        self._orientation_rows = np.concatenate([data.basis_orientations, data.local_orientations[rows]])
        self._weights = data.weights
        self._sparse_weights = sparse.csr_matrix(data.weights)
        self._parents = np.maximum(np.array(data.bone_parents), 0)
        self._below = _descendants(data.bone_parents)  # [a, b]: a carries b, or is b
        self._factors = [
            [data.variation_names.index(variation) for variation, _ in ANCHORS[name]] for name in PHENOTYPES
        ]

    def locate(self, rotations: np.ndarray, raw_shape: np.ndarray) -> Located:
        """The body of raw shape (S,) with its bones turned by (N, 3) rotation vectors."""
        coefficients, slopes = self._coefficients(raw_shape)
        rest = self.data.template_heads + np.tensordot(coefficients, self.joint_rows, 1)
        matrices = self.data.template_orientations + np.tensordot(coefficients, self._orientation_rows, 1)
        turns = self.data.reference_orientations @ nearest_rotations(matrices).transpose(0, 2, 1)
        turns[0] = np.eye(3)
        own = np.tile(np.eye(3), (len(rest), 1, 1))
        own[self.turning] = rotation_matrices(rotations)
        total = own.copy()
        for bone, parent in enumerate(self.data.bone_parents):  # parents come before their children
            if parent >= 0:
                total[bone] = total[parent] @ own[bone]
        carried = total @ turns
        rest_slopes = np.tensordot(slopes.T, self.joint_rows, 1)
        above = np.array([self._parents[b] for b in self.turning])
        frames = total[above]
        frames[self.turning == 0] = np.eye(3)
        return Located(
            coefficients=coefficients,
            coefficient_slopes=slopes,
            rest_joints=rest,
            carried=carried,
            rotations=total,
            joints=self._string(carried, rest[None])[0],
            axes=frames @ _left_jacobian(rotations),
            rest_joint_slopes=rest_slopes,
            joint_slopes=self._string(carried, rest_slopes),
        )

    def joints(self, at: Located, bones: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Positions (K, 3) of bone heads and their Jacobian."""
        arms = at.joints[bones][:, None] - at.joints[self.turning][None]
        carried = self._below[self.turning][:, bones].T & (bones[:, None] != self.turning[None])
        turned = _cross_matrices(-arms * carried[..., None]) @ at.axes[None]
        by_shape = at.joint_slopes[:, bones].transpose(1, 2, 0)
        return at.joints[bones], np.concatenate([_flatten(turned), by_shape], axis=2)

    def points(self, at: Located, skin: SkinPoints) -> tuple[np.ndarray, np.ndarray]:
        """Positions (K, 3) of skin points and their Jacobian."""
        rest = skin.template + np.tensordot(at.coefficients, skin.rows, 1)
        shift = at.joints - np.einsum("bij,bj->bi", at.carried, at.rest_joints)
        count = len(rest)
        each = np.einsum("kb,bij,kj->kbi", skin.weights, at.carried, rest, optimize=True)
        each += skin.weights[..., None] * shift[None]  # what each bone adds to a point
        position = each.sum(1)
        sub = self._below[self.turning].T.astype(each.dtype)  # (B, N)
        arms = np.einsum("kbi,bn->kni", each, sub, optimize=True)
        arms -= (skin.weights @ sub)[..., None] * at.joints[self.turning][None]
        turned = _cross_matrices(-arms) @ at.axes[None]
        linear = (skin.weights @ at.carried.reshape(-1, 9)).reshape(count, 3, 3)
        rest_slopes = np.tensordot(at.coefficient_slopes.T, skin.rows, 1)  # (S, K, 3)
        shift_slopes = at.joint_slopes - np.einsum("bij,sbj->sbi", at.carried, at.rest_joint_slopes)
        by_shape = np.einsum("kij,skj->kis", linear, rest_slopes, optimize=True)
        by_shape += np.einsum("kb,sbi->kis", skin.weights, shift_slopes, optimize=True)
        return position, np.concatenate([_flatten(turned), by_shape], axis=2)

    def skin_points(self, corners: np.ndarray, shares: np.ndarray) -> SkinPoints:
        """The points at `shares` (K, 3) of the vertices `corners` (K, 3)."""
        shares = shares.astype(np.float32)
        return SkinPoints(
            template=np.einsum("kc,kci->ki", shares, self.data.template_vertices[corners]),
            rows=np.einsum("kc,rkci->rki", shares, self.vertex_rows[:, corners], optimize=True),
            weights=np.einsum("kc,kcb->kb", shares, self._weights[corners]),
        )

    def bone_points(self, bones: np.ndarray, offsets: np.ndarray, carriers: np.ndarray) -> SkinPoints:
        """Points at fixed offsets (K, 3) from the heads of `bones` at rest, each carried along by one bone."""
        weights = np.zeros((len(bones), len(self.data.bone_names)), np.float32)
        weights[np.arange(len(bones)), carriers] = 1
        return SkinPoints(
            template=self.data.template_heads[bones] + offsets,
            rows=self.joint_rows[:, bones],
            weights=weights,
        )

    def rest_vertices(self, at: Located) -> np.ndarray:
        """(V, 3) the whole body at rest."""
        flat = at.coefficients.astype(np.float32) @ self.vertex_rows.reshape(len(self.vertex_rows), -1)
        return self.data.template_vertices + flat.reshape(-1, 3)

    def vertices(self, at: Located, rest: np.ndarray) -> np.ndarray:
        """(V, 3) the whole body, posed, of its vertices `rest` (V, 3)."""
        shift = at.joints - np.einsum("bij,bj->bi", at.carried, at.rest_joints)
        blend = self._sparse_weights @ np.concatenate([at.carried.reshape(-1, 9), shift], 1).astype(
            np.float32
        )
        return np.einsum("vij,vj->vi", blend[:, :9].reshape(-1, 3, 3), rest) + blend[:, 9:]

    def stature(self, at: Located, rest: np.ndarray) -> tuple[float, np.ndarray]:
        """Metres from sole to crown of the vertices `rest` (V, 3), and the slope (S,) by the raw shape numbers."""
        top, sole = int(rest[:, 2].argmax()), int(rest[:, 2].argmin())
        by_row = self.vertex_rows[:, top, 2] - self.vertex_rows[:, sole, 2]
        return float(rest[top, 2] - rest[sole, 2]), by_row @ at.coefficient_slopes

    def volume(self, at: Located, rest: np.ndarray) -> tuple[float, np.ndarray]:
        """Cubic metres inside the vertices `rest` (V, 3), and the slope (S,) by the raw shape numbers (divergence
        theorem)."""
        rest, faces = rest.astype(np.float64), self.data.faces
        a, b, c = (rest[faces[:, k]] for k in range(3))
        volume = float((np.cross(a, b) * c).sum() / 6)
        pull = np.zeros_like(rest)
        for k, force in enumerate((np.cross(b, c), np.cross(c, a), np.cross(a, b))):
            for i in range(3):
                pull[:, i] += np.bincount(faces[:, k], force[:, i], minlength=len(rest)) / 6
        by_row = self.vertex_rows.reshape(len(self.vertex_rows), -1) @ pull.reshape(-1).astype(np.float32)
        return volume, by_row @ at.coefficient_slopes

    def _string(self, carried: np.ndarray, rest: np.ndarray) -> np.ndarray:
        """Joints (S, B, 3) from rest joints (or their slopes), each bone hanging on the one above, root at 0."""
        steps = np.einsum("bij,sbj->sbi", carried[self._parents], rest - rest[:, self._parents])
        return np.einsum("ab,sai->sbi", self._below.astype(steps.dtype), steps)

    def _coefficients(self, raw: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Weights (R,) of the shape rows and their slopes (R, S) by the raw numbers."""
        data, count = self.data, self.space.phenotype_count
        values, bend = self.space.values(raw)
        factors = np.ones((count, len(data.variation_masks)))
        factor_slopes = np.zeros_like(factors)
        for k, name in enumerate(PHENOTYPES):
            share, slope = _share(values[k], [place for _, place in ANCHORS[name]])
            used = data.variation_masks[:, self._factors[k]]
            has = used.any(1)
            factors[k, has] = used[has] @ share
            factor_slopes[k, has] = used[has] @ slope
        slopes = np.stack(
            [np.prod(np.delete(factors, k, 0), axis=0) * factor_slopes[k] for k in range(count)], axis=1
        )
        local, places = values[count:], np.arange(len(values) - count)
        sides = np.zeros(2 * len(local))
        side_slopes = np.zeros((2 * len(local), len(local)))
        sides[2 * places], sides[2 * places + 1] = np.maximum(local, 0), np.maximum(-local, 0)
        side_slopes[2 * places, places] = local >= 0
        side_slopes[2 * places + 1, places] = -(local < 0).astype(float)
        basis = np.prod(factors, axis=0) @ data.variation_projection
        basis_slopes = data.variation_projection.T @ slopes
        joined = np.zeros((len(basis) + len(sides), len(values)))
        joined[: len(basis), :count], joined[len(basis) :, count:] = basis_slopes, side_slopes
        return np.concatenate([basis, sides]), joined * bend


def _share(value: float, places: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    """How much each variation takes part at a value, and the slopes of that: linear between anchors."""
    upper = int(np.clip(np.searchsorted(places, value), 1, len(places) - 1))
    width = places[upper] - places[upper - 1]
    share, slope = np.zeros(len(places)), np.zeros(len(places))
    share[upper] = np.clip((value - places[upper - 1]) / width, 0, 1)
    share[upper - 1] = 1 - share[upper]
    slope[upper], slope[upper - 1] = 1 / width, -1 / width
    return share, slope


def _descendants(parents: Sequence[int]) -> np.ndarray:
    """(B, B) bool: [a, b] says that a carries b, or is b."""
    below = np.eye(len(parents), dtype=bool)
    for bone, parent in enumerate(parents):
        if parent >= 0:
            below[:, bone] |= below[:, parent]
    return below


def _cross_matrices(vectors: np.ndarray) -> np.ndarray:
    """(…, 3, 3) matrices M with M @ x = vector × x."""
    x, y, z = np.moveaxis(vectors, -1, 0)
    zero = np.zeros_like(x)
    return np.stack([zero, -z, y, z, zero, -x, -y, x, zero], axis=-1).reshape(*vectors.shape, 3)


def _left_jacobian(vectors: np.ndarray) -> np.ndarray:
    """(N, 3, 3) that turn a small change of rotation vectors (N, 3) into a small turn applied after the rotation."""
    angle = np.maximum(np.linalg.norm(vectors, axis=1), SMALL_ANGLE_RAD)[:, None, None]
    cross = _cross_matrices(vectors)
    return (
        np.eye(3)
        + (1 - np.cos(angle)) / angle**2 * cross
        + (angle - np.sin(angle)) / angle**3 * (cross @ cross)
    )


def _flatten(turned: np.ndarray) -> np.ndarray:
    """(K, N, 3, 3) derivatives by rotation vectors, as (K, 3, 3N)."""
    return turned.transpose(0, 2, 1, 3).reshape(len(turned), 3, -1)
