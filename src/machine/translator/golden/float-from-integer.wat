;; words are always exact as doubles
;;
;;   fcvt.d.w fa0, a0
;;   fcvt.s.l fa1, a1
;;   fcvt.s.d fa2, fa3
;;   fcvt.d.s fa4, fa5
;;   ecall

(local.set $a0 (i64.load $X[10]))
(local.set $a1 (i64.load $X[11]))
(local.set $tlb (i32.load $TLB_BASE))
(local.set $dataContext (i64.load $DATA_CONTEXT))
(local.set $fetchContext (i64.load $FETCH_CONTEXT))
(local.set $ready
  (i32.and
    (i32.eq
      (i32.and
        (i32.and
          (i32.load $CSR_MSTATUS)
          (select (i32.load $CSR_VSSTATUS) (i32.const -1) (i32.load $VIRT)))
        (i32.const 24576))
      (i32.const 24576))
    (i32.eqz (i32.and (i32.load $CSR_FCSR) (i32.const 224)))))
(local.set $fa0 (f64.load $F[10]))
(local.set $fa3 (f64.load $F[13]))
(local.set $fa4 (f64.load $F[14]))
block $1
  block $2
    block $3
      block $4
        (br_table $4 $4 (i32.sub (local.get $entry) (i32.const 1)))
      end
      (local.get $entry)
      if $5
        (i32.eqz (i32.and (local.get $inLocals) (i32.const 32768)))
        if $6
          (i64.lt_u (local.tee $scratch0 (i64.load $F[15])) (i64.const -4294967296))
          (local.set $code (i32.const 1))
          (br_if $3)
          (local.set $fa5.single (f32.reinterpret_i32 (i32.wrap_i64 (local.get $scratch0))))
        end
      end
      (local.set $entry (i32.const 0))
      (i32.eqz (local.get $ready))
      (local.set $code (i32.const 1))
      (br_if $3)
      (local.set $left (i32.sub (local.get $left) (i32.const 4)))
      (local.set $fa0 (f64.convert_i32_s (i32.wrap_i64 (local.get $a0))))
      (local.set $fa1.single (f32.convert_i64_s (local.get $a1)))
      (local.set $single0 (f32.demote_f64 (local.get $fa3)))
      (i32.ge_u
        (i32.sub
          (i32.and
            (i32.shr_u (i32.reinterpret_f32 (local.get $single0)) (i32.const 23))
            (i32.const 255))
          (i32.const 2))
        (i32.const 253))
      if $7
        (f64.ne (f64.promote_f32 (local.get $single0)) (local.get $fa3))
        if $8
          (local.set $inLocals (i32.or (local.get $inLocals) (i32.const 2048)))
          (local.set $code (i32.const 1029))
          (br $3)
        end
      end
      (local.set $fa2.single (local.get $single0))
      (i32.eqz (f32.le (f32.sub (local.get $fa5.single) (local.get $fa5.single)) (f32.const 0)))
      if $9
        (local.set $inLocals (i32.or (local.get $inLocals) (i32.const 6144)))
        (local.set $code (i32.const 1539))
        (br $3)
      end
      (local.set $fa4 (f64.promote_f32 (local.get $fa5.single)))
      (local.set $inLocals (i32.or (local.get $inLocals) (i32.const 6144)))
      (local.set $code (i32.const 2049))
      (br $3)
    end
    (local.set $pc
      (i64.add
        (local.get $base)
        (i64.extend_i32_s (i32.shl (i32.shr_s (local.get $code) (i32.const 8)) (i32.const 1)))))
    (local.set $left
      (i32.add
        (local.get $left)
        (i32.and (i32.shr_u (local.get $code) (i32.const 1)) (i32.const 127))))
    (local.set $kind (i32.and (local.get $code) (i32.const 1)))
    (br $1)
  end
  (i32.store $JUMPED_FROM (i32.add (i32.wrap_i64 (local.get $base)) (local.get $jump)))
  (local.set $pc (i64.and (local.get $pc) (i64.const -2)))
end
(f64.store $F[10] (local.get $fa0))
(i32.and (local.get $inLocals) (i32.const 2048))
if $10
  (f32.store $F[11] (local.get $fa1.single))
  (i32.store $F[11]+4 (i32.const -1))
end
(i32.and (local.get $inLocals) (i32.const 4096))
if $11
  (f32.store $F[12] (local.get $fa2.single))
  (i32.store $F[12]+4 (i32.const -1))
end
(f64.store $F[14] (local.get $fa4))
(i64.store $PC (local.get $pc))
(i32.or (i32.shl (local.get $left) (i32.const 1)) (local.get $kind))

;; The same where NX is clear.

(local.set $a0 (i64.load $X[10]))
(local.set $a1 (i64.load $X[11]))
(local.set $tlb (i32.load $TLB_BASE))
(local.set $dataContext (i64.load $DATA_CONTEXT))
(local.set $fetchContext (i64.load $FETCH_CONTEXT))
(local.set $ready
  (i32.and
    (i32.eq
      (i32.and
        (i32.and
          (i32.load $CSR_MSTATUS)
          (select (i32.load $CSR_VSSTATUS) (i32.const -1) (i32.load $VIRT)))
        (i32.const 24576))
      (i32.const 24576))
    (i32.eqz (i32.and (i32.load $CSR_FCSR) (i32.const 224)))))
(local.set $fa0 (f64.load $F[10]))
(local.set $fa3 (f64.load $F[13]))
(local.set $fa4 (f64.load $F[14]))
block $1
  block $2
    block $3
      block $4
        (br_table $4 $4 (i32.sub (local.get $entry) (i32.const 1)))
      end
      (local.get $entry)
      if $5
        (i32.eqz (i32.and (local.get $inLocals) (i32.const 32768)))
        if $6
          (i64.lt_u (local.tee $scratch0 (i64.load $F[15])) (i64.const -4294967296))
          (local.set $code (i32.const 1))
          (br_if $3)
          (local.set $fa5.single (f32.reinterpret_i32 (i32.wrap_i64 (local.get $scratch0))))
        end
      end
      (local.set $entry (i32.const 0))
      (i32.eqz (local.get $ready))
      (local.set $code (i32.const 1))
      (br_if $3)
      (local.set $left (i32.sub (local.get $left) (i32.const 4)))
      (local.set $fa0 (f64.convert_i32_s (i32.wrap_i64 (local.get $a0))))
      (i64.gt_u (i64.add (local.get $a1) (i64.const 16777216)) (i64.const 33554432))
      (local.set $code (i32.const 519))
      (br_if $3)
      (local.set $fa1.single (f32.convert_i64_s (local.get $a1)))
      (local.set $single0 (f32.demote_f64 (local.get $fa3)))
      (f64.ne (f64.promote_f32 (local.get $single0)) (local.get $fa3))
      if $7
        (local.set $inLocals (i32.or (local.get $inLocals) (i32.const 2048)))
        (local.set $code (i32.const 1029))
        (br $3)
      end
      (local.set $fa2.single (local.get $single0))
      (i32.eqz (f32.le (f32.sub (local.get $fa5.single) (local.get $fa5.single)) (f32.const 0)))
      if $8
        (local.set $inLocals (i32.or (local.get $inLocals) (i32.const 6144)))
        (local.set $code (i32.const 1539))
        (br $3)
      end
      (local.set $fa4 (f64.promote_f32 (local.get $fa5.single)))
      (local.set $inLocals (i32.or (local.get $inLocals) (i32.const 6144)))
      (local.set $code (i32.const 2049))
      (br $3)
    end
    (local.set $pc
      (i64.add
        (local.get $base)
        (i64.extend_i32_s (i32.shl (i32.shr_s (local.get $code) (i32.const 8)) (i32.const 1)))))
    (local.set $left
      (i32.add
        (local.get $left)
        (i32.and (i32.shr_u (local.get $code) (i32.const 1)) (i32.const 127))))
    (local.set $kind (i32.and (local.get $code) (i32.const 1)))
    (br $1)
  end
  (i32.store $JUMPED_FROM (i32.add (i32.wrap_i64 (local.get $base)) (local.get $jump)))
  (local.set $pc (i64.and (local.get $pc) (i64.const -2)))
end
(f64.store $F[10] (local.get $fa0))
(i32.and (local.get $inLocals) (i32.const 2048))
if $9
  (f32.store $F[11] (local.get $fa1.single))
  (i32.store $F[11]+4 (i32.const -1))
end
(i32.and (local.get $inLocals) (i32.const 4096))
if $10
  (f32.store $F[12] (local.get $fa2.single))
  (i32.store $F[12]+4 (i32.const -1))
end
(f64.store $F[14] (local.get $fa4))
(i64.store $PC (local.get $pc))
(i32.or (i32.shl (local.get $left) (i32.const 1)) (local.get $kind))
